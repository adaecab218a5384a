-- json_reports.lua - wrk's part of the figure "json": one report after the other, each under a client id of its own.
--
--   wrk ... -s json_reports.lua URL -- FILE TOKEN
--
-- FILE holds the report as JSON; its client id is put before it. Prints one JSON object when all is over.

local begun, count, tail = os.time(), 0, nil

function setup(thread)
    threads = (threads or 0) + 1
    thread:set("number", threads)
end

function init(args)
    local file = assert(io.open(args[1]))
    tail = '","entry":' .. file:read("*a") .. "}"
    file:close()
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Authorization"] = "Bearer " .. args[2]
    math.randomseed(os.time() * 8 + number)
    run = math.random(0, 0xfff)
end

-- A UUIDv7: the time in front, then what is nobody else's.
function request()
    count = count + 1
    local ms = (begun * 1000 + math.floor(count / 10)) % 0x1000000000000
    local id = string.format("%08x-%04x-7%03x-8%03x-%04x%08x", math.floor(ms / 0x10000), ms % 0x10000, run, number, run, count)
    return wrk.format(nil, nil, nil, '{"clientId":"' .. id .. tail)
end

function done(summary, latency, requests)
    io.write(string.format('\n{"count": %d, "seconds": %f, "refused": %d, "broken": %d, "p50_us": %d, "p99_us": %d}\n', summary.requests,
                           summary.duration / 1e6, summary.errors.status,
                           summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
                           latency:percentile(50), latency:percentile(99)))
end
