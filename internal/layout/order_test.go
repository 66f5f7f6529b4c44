package layout_test

// The limits of a package, unless rulesByPackage has higher limits for it.
const (
	defaultMaxUpwardUses = 15 // pairs of files: a file uses identifiers of a file below it in the reading order
	defaultMaxFields     = 12 // fields of a struct
	defaultMaxLines      = 60 // lines of a function
)

// packageRules holds the rules for the inside of a package.
type packageRules struct {
	maxUpwardUses, maxFields, maxLines int      // the defaults above, or higher limits
	readingOrder                       []string // all files except tests; a file uses identifiers of the files above it
}

// rulesByPackage maps each package whose inside is checked to its rules.
func rulesByPackage() map[string]packageRules {
	return map[string]packageRules{
		"experiment": {
			maxUpwardUses: defaultMaxUpwardUses, maxFields: defaultMaxFields, maxLines: defaultMaxLines,
			readingOrder: []string{
				"experiment.go", "stimuli.go", "oddities.go", "captured.go", "forgeries.go", "sequences.go",
				"health.go", "rate_limit.go", "decide.go", "crowd.go", "plan.go",
			},
		},
		"requirements": {
			maxUpwardUses: defaultMaxUpwardUses, maxFields: maxFieldsAnywhere, maxLines: defaultMaxLines,
			readingOrder: []string{
				"requirement.go", "traits.go", "occasions.go", "rules.go", "catalogue_transport.go", "catalogue_push.go", "catalogue_response.go",
				"catalogue_actions.go", "catalogue_following.go", "catalogue_call.go", "catalogue_trouble.go", "catalogue_signature.go", "catalogue_state.go",
				"catalogue.go", "finding.go", "refusal.go", "excuses.go", "limit.go", "judgements.go", "loss.go",
				"obstacle.go", "evidence.go", "cause.go", "judge_origin.go", "judge_refused.go", "judge_sound.go", "judge_body.go",
				"judge_reading.go", "judge_following.go", "judge_forged.go", "capability.go", "judge_whole.go",
				"leg.go", "expectation.go", "judge_state.go", "judge_sequence.go", "judge_provocation.go", "judge_crowd.go",
				"judge.go",
			},
		},
		"run": {
			maxUpwardUses: defaultMaxUpwardUses, maxFields: defaultMaxFields, maxLines: defaultMaxLines,
			readingOrder: []string{
				"options.go", "run.go", "limit.go", "draw.go", "watch.go", "changes.go", "presence.go", "starting.go", "conduct.go", "try.go", "crowd.go",
				"provoke.go", "steering.go", "probe.go", "plan.go", "send.go", "numbers.go", "evidence.go",
			},
		},
		"verdict": {
			maxUpwardUses: defaultMaxUpwardUses, maxFields: maxFieldsAnywhere, maxLines: defaultMaxLines,
			readingOrder: []string{
				"verdict.go", "run.go", "scenario.go", "facts.go", "findings.go", "judgements.go", "explain.go", "claims.go", "occasion.go",
				"known.go", "status.go", "cause.go", "notes.go", "conclude.go", "judge.go", "compare.go", "load.go", "load_merge.go",
				"threshold.go", "load_judge.go",
			},
		},
		"steps": {
			maxUpwardUses: defaultMaxUpwardUses, maxFields: defaultMaxFields, maxLines: defaultMaxLines,
			readingOrder: []string{
				"player.go", "suite.go", "scene.go", "judge.go", "language.go", "twists.go", "steered.go", "check.go", "outcomes.go", "table.go",
				"states.go",
			},
		},
	}
}
