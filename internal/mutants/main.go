// Command mutants switches off the checks of packages, one at a time, and prints the checks whose absence no test notices. Each such change
// is a mutant. The command is a separate module, so that pushcheck itself does not contain it. Packages and files are named from the root
// of the repository:
//
//	go -C internal/mutants run . call response requirements sender
//
// All mutants are compiled at once, through an overlay, so that the repository does not change. Each run of a test binary activates one
// mutant. Only the tests that reach this mutant are run, until one of them fails. The tests of the mutant's own package are run first.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// repository is the root of the repository, from the folder of this module.
const repository = "../.."

func main() {
	against := flag.String("against", "", "compare the survivors with those listed in this Markdown `file`")
	verbose := flag.Bool("v", false, "print the result of every mutant")
	flag.Parse()
	err := os.Chdir(repository)
	if err == nil {
		err = run(flag.Args(), *against, *verbose)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// judgingPackages returns the packages whose tests have to notice a mutant of a package. Packages whose tests play calls at receivers are
// left out: these tests are too slow to be run thousands of times.
func judgingPackages(mutated string) []string {
	return map[string][]string{
		"call":             {"call", "scenarios"},
		"response":         {"response", "call", "requirements"},
		"internal/outcome": {"internal/outcome", "requirements", "verdict", "report"},
		"internal/xmldoc":  {"internal/xmldoc", "response", "call", "requirements"},
		"requirements":     {"requirements", "verdict", "report"},
		"sender":           {"sender"},
		"experiment":       {"experiment"},
	}[mutated]
}

func run(packages []string, knownFile string, verbose bool) error {
	workDir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(workDir)
	mutants, overlay, err := writeMutants(packages, workDir)
	if err != nil {
		return err
	}
	suites, err := buildSuites(packages, overlay, workDir)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d mutants, %d test binaries\n", len(mutants), len(suites))

	survivors := findSurvivors(mutants, suites, verbose)
	known := map[string]string{}
	if knownFile != "" {
		if known, err = readKnownSurvivors(knownFile); err != nil {
			return err
		}
	}
	for _, m := range survivors {
		if known[m.key()] == "" {
			fmt.Println(m.row(""))
		}
	}
	if knownFile == "" {
		return nil
	}
	if differences := compareWithKnown(survivors, mutants, known); len(differences) > 0 {
		return fmt.Errorf("the survivors are not those of %s:\n%s", knownFile, strings.Join(differences, "\n"))
	}
	return nil
}

// buildSuites builds the test binaries that have to notice the mutants of packages. It returns the test binaries by package.
func buildSuites(packages []string, overlay, workDir string) (map[string]*suite, error) {
	suites := map[string]*suite{}
	for _, p := range packages {
		if judgingPackages(p) == nil {
			return nil, fmt.Errorf("judgingPackages does not list the package %q", p)
		}
		for _, judging := range judgingPackages(p) {
			if suites[judging] != nil {
				continue
			}
			var err error
			if suites[judging], err = buildSuite(judging, overlay, workDir); err != nil {
				return nil, err
			}
		}
	}
	return suites, nil
}

// findSurvivors returns the mutants that no test notices.
func findSurvivors(mutants []mutant, suites map[string]*suite, verbose bool) []mutant {
	var survivors []mutant
	var mu sync.Mutex
	startedAt, done := time.Now(), 0
	forEach(mutants, func(m mutant) {
		killer := m.killingPackage(suites)
		mu.Lock()
		defer mu.Unlock()
		done++
		if killer == "" {
			survivors = append(survivors, m)
		}
		if verbose {
			fmt.Fprintf(os.Stderr, "%d/%d %s:%d %s: %s: %s\n", done, len(mutants), m.file, m.line, m.code, m.change, killer)
		}
	})
	fmt.Fprintf(os.Stderr, "%d survived, %s\n", len(survivors), time.Since(startedAt).Round(time.Second))
	slices.SortFunc(survivors, func(a, b mutant) int { return a.number - b.number })
	return survivors
}

// writeMutants writes mutated copies of the packages' files, and an overlay that replaces the files by the copies. It returns the mutants
// and the name of the overlay file.
func writeMutants(packages []string, workDir string) (mutants []mutant, overlay string, err error) {
	var u mutator
	replacements := map[string]string{}
	addToOverlay := func(original string, content []byte) error {
		path, err := filepath.Abs(original)
		if err != nil {
			return err
		}
		replacements[path] = filepath.Join(workDir, strings.ReplaceAll(original, string(filepath.Separator), "_"))
		return os.WriteFile(replacements[path], content, 0o600)
	}
	for _, p := range packages {
		files, err := filepath.Glob(filepath.Join(p, "*.go"))
		if err != nil || len(files) == 0 {
			return nil, "", fmt.Errorf("there are no Go files in %q", p)
		}
		firstNumber := len(u.mutants) + 1
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			source, err := os.ReadFile(f)
			if err != nil {
				return nil, "", err
			}
			mutated, err := u.mutate(f, source)
			if err != nil {
				return nil, "", err
			}
			if err := addToOverlay(f, mutated); err != nil {
				return nil, "", err
			}
		}
		if err := addToOverlay(filepath.Join(p, "mutants_switch.go"), []byte(switchFile(filepath.Base(p), firstNumber, len(u.mutants)))); err != nil {
			return nil, "", err
		}
	}
	content, err := json.Marshal(map[string]any{"Replace": replacements})
	if err != nil {
		return nil, "", err
	}
	overlay = filepath.Join(workDir, "overlay.json")
	return u.mutants, overlay, os.WriteFile(overlay, content, 0o600)
}

// suite is the test binary of a package.
type suite struct {
	binary, dir   string                   // file of the binary, and directory of the package
	testsByMutant map[int][]string         // the tests that reach each mutant, by the number of the mutant
	duration      map[string]time.Duration // how long each test takes without a mutant
}

// buildSuite builds the test binary of a package, and runs each of its tests once to find the mutants that the test reaches.
func buildSuite(p, overlay, workDir string) (*suite, error) {
	s := &suite{binary: filepath.Join(workDir, strings.ReplaceAll(p, "/", "_")+".test"), dir: p, testsByMutant: map[int][]string{}, duration: map[string]time.Duration{}}
	if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", s.binary, "./"+p).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the tests of %s: %w\n%s", p, err, out)
	}
	testList, err := s.command(context.Background(), 0, "", "-test.list", "^Test").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the tests of %s: %w", p, err)
	}
	var mu sync.Mutex
	var failure error
	startedAt := time.Now()
	forEach(strings.Fields(string(testList)), func(test string) {
		reachedFile := s.binary + "-" + test
		testStartedAt := time.Now()
		out, err := s.command(context.Background(), 0, reachedFile, "-test.run", "^"+test+"$").CombinedOutput()
		took := time.Since(testStartedAt)
		reached, _ := os.ReadFile(reachedFile)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failure = fmt.Errorf("%s of %s fails without a mutant: %w\n%s", test, p, err, out)
		}
		s.duration[test] = took
		for _, n := range strings.Fields(string(reached)) {
			var number int
			fmt.Sscan(n, &number)
			s.testsByMutant[number] = append(s.testsByMutant[number], test)
		}
	})
	fmt.Fprintf(os.Stderr, "%s: %d tests, %s\n", p, len(s.duration), time.Since(startedAt).Round(time.Millisecond))
	return s, failure
}

// command returns a command that runs the binary with one active mutant, or with none if number is 0. The binary writes the numbers of the
// mutants that it reaches to the file reachedFile, unless this name is empty.
func (s *suite) command(ctx context.Context, number int, reachedFile string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, s.binary, args...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), fmt.Sprintf("PUSHCHECK_MUTANT=%d", number), "PUSHCHECK_MUTANT_NOTES="+reachedFile)
	c.WaitDelay = time.Second
	return c
}

// killingPackage runs the tests that reach a mutant, and returns the package of the first test that fails; "" if all pass.
func (m mutant) killingPackage(suites map[string]*suite) string {
	for _, p := range judgingPackages(filepath.Dir(m.file)) {
		s := suites[p]
		var quick, slow []string
		for _, test := range s.testsByMutant[m.number] {
			if s.duration[test] < 200*time.Millisecond {
				quick = append(quick, test)
			} else {
				slow = append(slow, test)
			}
		}
		if s.anyTestFails(m.number, quick) || s.anyTestFails(m.number, slow) {
			return p
		}
	}
	return ""
}

// anyTestFails reports whether one of the tests fails while a mutant is active. A test that hangs counts as failed.
func (s *suite) anyTestFails(number int, tests []string) bool {
	if len(tests) == 0 {
		return false
	}
	timeout := 10 * time.Second
	for _, test := range tests {
		timeout += 5 * s.duration[test]
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return s.command(ctx, number, "", "-test.run", "^("+strings.Join(tests, "|")+")$", "-test.failfast").Run() != nil
}

// forEach calls a function for every item, with as many calls at a time as there are processors.
func forEach[T any](items []T, do func(T)) {
	var wg sync.WaitGroup
	next := make(chan T)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for item := range next {
				do(item)
			}
		})
	}
	for _, item := range items {
		next <- item
	}
	close(next)
	wg.Wait()
}
