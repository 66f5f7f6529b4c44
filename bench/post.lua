-- wrk posts the body in the file that BENCH_BODY names, and writes its counts as the last line of its output.
local file = assert(io.open(os.getenv("BENCH_BODY")))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
file:close()

function done(summary)
	local e = summary.errors
	local failed = e.connect + e.read + e.write + e.timeout + e.status
	io.write(string.format('{"requests":%d,"failed":%d}\n', summary.requests, failed))
end
