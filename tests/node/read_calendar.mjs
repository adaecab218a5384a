// Reads one calendar with ical.js (what Thunderbird reads calendars with), as a client would.
//
//   node read_calendar.mjs < feed.ics
//
// Prints {"name", "refresh", "events": [{"uid", "summary", "location", "start", "end", "status", "sequence"}]}; times in UTC.
// The library is found in the folder where this copy is.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

ICAL.design.strict = true;

function eventOf(component) {
    const event = new ICAL.Event(component);
    const at = time => time.toJSDate().toISOString();

    return { uid: event.uid, summary: event.summary, location: event.location, start: at(event.startDate), end: at(event.endDate),
             status: component.getFirstPropertyValue("status"), sequence: event.sequence };
}

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));

console.log(JSON.stringify({ name: calendar.getFirstPropertyValue("x-wr-calname"),
                             refresh: String(calendar.getFirstPropertyValue("refresh-interval")),
                             events: calendar.getAllSubcomponents("vevent").map(eventOf) }));
