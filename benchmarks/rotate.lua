-- wrk asks for the lines of a file in turn: address, tab, ETag to send or nothing, tab, encodings to accept or nothing.
local requests, turn = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, etag, encodings = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { Host = wrk.headers["Host"] }
    if etag ~= "" then headers["If-None-Match"] = etag end
    if encodings ~= "" then headers["Accept-Encoding"] = encodings end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('\n{"requests": %d, "seconds": %.6f, "failed": %d, "median_ms": %.3f, "p95_ms": %.3f, "bytes": %d}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    summary.bytes))
end
