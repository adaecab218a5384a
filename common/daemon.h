/* daemon.h - what every daemon does the same way: lock, signals, readiness, watchdog.
 *
 *   daemon_open(...); open the store; bind sockets; daemon_ready(); loop; daemon_close();
 *
 * The data directory is locked with flock before the store is opened or a socket is bound,
 * because a second bind of an ipc path silently steals it. SIGTERM, SIGINT and SIGHUP arrive as a
 * readable signal_fd that the loop polls; SIGPIPE is ignored. Readiness, status and the
 * watchdog speak to $NOTIFY_SOCKET when there is one (systemd's sd_notify datagrams).
 */
#ifndef DUBAN_DAEMON_H
#define DUBAN_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

struct daemon {
    const char *program;
    void *zmq;              /* context */
    int signal_fd;
    int lock_fd;
    int run_lock_fd;        /* -1 = not claimed */
    int notify_fd;          /* -1 = nobody to notify */
    int64_t watchdog_ms;    /* half of what systemd allows; 0 = off */
    int64_t watchdog_at_ms;
    bool stop_wanted;
    bool reload_wanted;
};

/* Dies with what to do when the directory cannot be made or is locked by another process. */
void daemon_open(struct daemon *daemon, const char *program, const char *data_directory);
void daemon_close(struct daemon *daemon);

/* For --check: could a daemon of this user work in that data directory? False after telling each thing that speaks
 * against it on standard error. Nothing is made: a directory that is not there yet is right where it could be. */
bool daemon_check_data(const char *data_directory);

/* The same of a folder in it, and of where the sockets are: one that is not there yet is made by whoever starts. */
bool daemon_check_within(const char *data_directory, const char *folder);
bool daemon_check_run(const char *run_directory);

/* Lock this daemon's place among the sockets: dies when another process of the same program
 * serves in that directory, whatever its data. To be called before any socket is bound. */
void daemon_claim_run(struct daemon *daemon, const char *run_directory);

/* Everything is open: tell systemd, and log one line. */
void daemon_ready(struct daemon *daemon);

/* One line for `systemctl status`. */
void daemon_status(struct daemon *daemon, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Call in every turn of the loop that made progress or had nothing to do. */
void daemon_alive(struct daemon *daemon);

/* True when a signal to stop has arrived. Asked in every turn of the loop: it is what hears the signals. */
bool daemon_should_stop(struct daemon *daemon);

/* True once when SIGHUP has been heard: settings that may change while the daemon runs are to be read again. */
bool daemon_should_reload(struct daemon *daemon);

/* For a daemon without such settings: say so in the log when it is asked to. */
void daemon_reload_nothing(struct daemon *daemon);

/* For the named-point kill tests: when the environment variable DUBAN_KILL_AT equals name
 * (or name:N for the Nth passing), the process kills itself with SIGKILL here. Costs one
 * comparison when the variable is not set. */
void daemon_kill_point(const char *name);

#endif
