#!/bin/sh
# Plays one part of a load. Part 1 also merges the reports of all parts to load.json and load.html, and its exit code is that of the
# merged verdict.
# Every part runs this script, with the same variables:
#
#   RECEIVER               the URL that pushes are sent to
#   PARTS                  how many parts there are
#   REPORTS                a folder that all parts share, and that is new for each load
#   JOB_COMPLETION_INDEX   the number of this part, from 0. Without it, a part takes the first number that is free.
#   START_IN               seconds until all parts start, counted from the first one; default 60
#   WAIT                   seconds that part 1 waits for the reports of the others; default 300
#
# Flags of load and merge are given as variables, such as PUSHCHECK_CALLS=1000/s. Arguments are passed to load. With the
# argument merge nothing is played, and the reports are merged once more.
set -eu

# part prints the number of this part, from 1.
part() {
	if [ -n "${JOB_COMPLETION_INDEX:-}" ]; then
		echo $((JOB_COMPLETION_INDEX + 1))
		return
	fi
	number=1
	until mkdir "$REPORTS/part-$number.taken" 2>/dev/null; do # only one part can make a folder
		number=$((number + 1))
		if [ "$number" -gt "$PARTS" ]; then
			echo "all $PARTS parts are taken, or $REPORTS cannot be written" >&2
			return 3
		fi
	done
	echo "$number"
}

# start prints when all parts start, in seconds since 1970. The first part decides.
start() {
	(
		set -C # do not overwrite the file of another part
		echo $(($(date +%s) + ${START_IN:-60})) >"$REPORTS/start"
	) 2>/dev/null || true
	tries=0
	until [ -s "$REPORTS/start" ]; do # another part has made the file, and not yet written it
		tries=$((tries + 1))
		if [ "$tries" -gt 30 ]; then
			echo "there is no start time in $REPORTS/start" >&2
			return 3
		fi
		sleep 1
	done
	cat "$REPORTS/start"
}

# missing prints the numbers of the parts that have no report yet.
missing() {
	for number in $(seq "$PARTS"); do
		[ -e "$REPORTS/part-$number.json" ] || echo "$number"
	done
}

# play plays this part, and sets number.
play() {
	mkdir -p "$REPORTS"
	number=$(part)
	seconds=$(start)
	code=0
	# Every part has the same nonce, so that ids are different in every load and do not depend on how many parts there are.
	pushcheck load "$RECEIVER" --shard "$number/$PARTS" --start-at "$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)" \
		--nonce "$seconds" --report json="$REPORTS/part-$number.json" "$@" || code=$?
	if [ "$code" -gt 1 ]; then # 1: a threshold was crossed in this part, and only the whole counts
		exit "$code"
	fi
}

# merge waits for the reports of all parts and merges them.
merge() {
	waited=0
	while [ -n "$(missing)" ]; do
		if [ "$waited" -ge "${WAIT:-300}" ]; then
			echo "no verdict: there is no report of part" $(missing) >&2
			exit 3
		fi
		sleep 1
		waited=$((waited + 1))
	done
	set --
	for number in $(seq "$PARTS"); do
		set -- "$@" "$REPORTS/part-$number.json"
	done
	exec pushcheck merge "$@" --report json="$REPORTS/load.json" --report html="$REPORTS/load.html"
}

if [ "${1:-}" = merge ]; then
	merge
fi
play "$@"
if [ "$number" -eq 1 ]; then
	merge
fi
