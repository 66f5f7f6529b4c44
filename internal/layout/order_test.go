package layout_test

// The limits of a package, unless it has higher ones in insides.
const (
	mostUpward = 15 // pairs of files of which the first uses what the second declares, and stands above it
	mostFields = 12 // fields of a struct
	mostLines  = 60 // lines of a function
)

// inside is what has to hold inside a package.
type inside struct {
	upward, fields, lines int      // the limits: mostUpward, mostFields and mostLines, or more if the package is above them
	order                 []string // the reading order of all files, tests aside: a file may use what stands above it
}

// insides are the packages whose inside is checked. Nothing is checked in a package that is not here.
func insides() map[string]inside {
	return map[string]inside{
		"experiment": {
			upward: mostUpward, fields: mostFields, lines: mostLines,
			order: []string{
				"experiment.go", "stimuli.go", "oddities.go", "captured.go", "forgeries.go", "sequences.go",
				"health.go", "rate_limit.go", "decide.go", "crowd.go", "plan.go",
			},
		},
		"run": {
			upward: mostUpward, fields: mostFields, lines: mostLines,
			order: []string{
				"options.go", "run.go", "limit.go", "draw.go", "watch.go", "unmoved.go", "presence.go", "starting.go", "conduct.go", "try.go", "crowd.go",
				"provoke.go", "steering.go", "probe.go", "plan.go", "send.go", "numbers.go", "evidence.go",
			},
		},
		"steps": {
			upward: mostUpward, fields: mostFields, lines: mostLines,
			order: []string{
				"player.go", "suite.go", "scene.go", "judged.go", "language.go", "twists.go", "steered.go", "check.go", "outcomes.go", "table.go",
				"states.go",
			},
		},
	}
}
