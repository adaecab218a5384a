-- door.lua - for wrk: reports as field apps hand them in, each with an id and words of its own.
--
--   wrk ... -s door.lua ADDRESS -- json|openrosa|alive TOKEN RUN      RUN: a number, so that no id comes twice; alive asks that alone
--
-- Prints one JSON object: how many were answered, how many of these with 4xx or 5xx or not at all, and how long it took.
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("mine", threads)
end

local JSON = '{"clientId":"%s","entry":{"report":{"reporter":"n01","site":"S-%07d","deviceTimeMs":"1580688000000",' ..
    '"deviceOffsetMinutes":480,"purpose":"PURPOSE_INSPECTION","outcome":"VISIT_OUTCOME_COMPLETED","answers":[' ..
    '{"item":"DS-01","result":"RESULT_PASS"},{"item":"DS-02","result":"RESULT_PASS"},' ..
    '{"item":"DS-06","result":"RESULT_FAIL","note":"没有消毒记录"}]}}}'

local FORM = '--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="xml_submission_file"\r\n' ..
    'Content-Type: text/xml\r\n\r\n<data id="inspection-GATE" version="1"><start>2020-02-03T07:40:00.000+08:00</start>' ..
    '<end>2020-02-03T08:00:00.000+08:00</end><site>S-%07d</site><outcome>completed</outcome>' ..
    '<i_DS-01><result>pass</result></i_DS-01><i_DS-02><result>pass</result></i_DS-02>' ..
    '<i_DS-06><result>fail</result><note>没有消毒记录</note></i_DS-06><meta><instanceID>uuid:%s</instanceID></meta></data>\r\n--b--\r\n'

function init(arguments)
    kind, run, count = arguments[1], tonumber(arguments[3]), 0
    headers = { ["Authorization"] = "Bearer " .. arguments[2] }
    headers["Content-Type"] = kind == "json" and "application/json" or "multipart/form-data; boundary=b"
end

function request()
    if kind == "alive" then
        return wrk.format("GET", "/healthz")
    end
    count = count + 1
    local id = string.format("%08x-%04x-7000-8000-%012x", run, mine, count)
    if kind == "json" then
        return wrk.format("POST", "/v1/entries", headers, string.format(JSON, id, count % 100000))
    end
    return wrk.format("POST", "/submission", headers, string.format(FORM, count % 100000, id))
end

function done(summary, latency, requests)
    local errors = summary.errors
    local refused = errors.status + errors.connect + errors.read + errors.write + errors.timeout
    print(string.format('{"answered": %d, "refused": %d, "us": %d, "p50_us": %d, "p99_us": %d}', summary.requests, refused, summary.duration,
                        latency:percentile(50), latency:percentile(99)))
end
