package requirements

import "slices"

// Unbuilt lists the requirements that no judge covers yet. They are reported as undetermined, never as passed, and never
// change the exit code.
func Unbuilt() []string { return slices.Clone(unbuilt) }

var unbuilt = []string{
	"transport.basic-auth",

	"call.concurrent",

	"trouble.missing-hangup",
	"trouble.missing-answer",
	"trouble.late-hangup",
	"trouble.out-of-order",
	"trouble.duplicate-push",
	"trouble.unknown-call",
	"trouble.malformed-push",
	"trouble.oversized-push",
	"trouble.slow-push",
	"trouble.many-calls",
}
