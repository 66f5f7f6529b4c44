package layout_test

// root is the folder at the top of the repository. Its package holds tests only.
const root = "."

// arrows maps each package to the packages that it may use. A package may also use what these packages may use. A new package must be added
// to this map.
func arrows() map[string][]string {
	return map[string][]string{
		"push":               {},
		"endpoint":           {},
		"internal/suggest":   {},
		"internal/child":     {},
		"internal/certs":     {},
		"internal/diagram":   {"internal/wording"},
		"internal/plot":      {},
		"internal/testtools": {},
		"internal/wording":   {},
		"internal/layout":    {},
		"internal/relay":     {},
		"features":           {},

		"internal/xmldoc":   {"internal/wording"},
		"internal/yamlfile": {},
		"internal/wav":      {},
		"internal/outcome":  {"transcript", "internal/wording"},

		"internal/testexchange": {"transcript"},

		"response":     {"endpoint", "internal/suggest", "internal/xmldoc"},
		"scenarios":    {"push", "internal/suggest", "internal/yamlfile"},
		"call":         {"push", "response", "endpoint", "scenarios"},
		"transcript":   {"push", "response", "endpoint"},
		"requirements": {"internal/outcome", "endpoint", "internal/suggest", "internal/wav"},
		"verdict":      {"requirements"},

		"internal/derive":    {"call"},
		"internal/pseudonym": {"scenarios"},

		"experiment": {"scenarios", "call", "push", "transcript"},
		"sender":     {"experiment", "internal/wording"},
		"load":       {"sender", "verdict"},
		"oracle":     {"push", "internal/suggest"},
		"receiver":   {"scenarios", "response", "internal/certs", "internal/suggest", "internal/wording"},
		"run":        {"sender", "oracle", "verdict"},
		"steps":      {"features", "run"},
		"report":     {"verdict", "internal/diagram", "internal/plot"},

		"pushchecktest":       {"steps", "report", "internal/certs"},
		"internal/testoracle": {"oracle", "receiver"},

		"internal/selftest": {"steps", "receiver", "internal/certs"},

		"cmd/pushcheck": {"internal/selftest", "load", "steps", "report", "receiver", "internal/child", "internal/derive", "internal/pseudonym", "internal/relay"},
		root:            {},
	}
}

// computingPackages lists the packages that only compute: they use no network, clock, goroutine or file, and print nothing.
func computingPackages() []string {
	return []string{
		"push", "response", "endpoint", "scenarios", "call", "transcript", "requirements", "verdict", "experiment", "features",
		"internal/suggest", "internal/diagram", "internal/plot", "internal/derive", "internal/pseudonym", "internal/wording", "internal/xmldoc", "internal/yamlfile",
		"internal/wav", "internal/outcome",
	}
}

// externalPackages lists packages of the standard library that reach outside of the process. The packages below these paths count too.
func externalPackages() []string {
	return []string{"net", "os", "syscall", "log", "crypto/tls", "context", "testing", "flag", "plugin", "runtime/pprof"}
}

// allowedNames lists the exceptions from externalPackages. It maps each such package to the names that a computing package may use, or to
// nil for all names.
func allowedNames() map[string][]string {
	return map[string][]string{
		"net/url":   nil,
		"net/netip": nil,
		"net/http":  {"Header"}, // a transcript keeps the headers that a receiver sent
	}
}

// printingPackages lists the packages that may print.
func printingPackages() []string { return []string{"cmd/pushcheck"} }

// printingFunctions lists, by package, the functions and variables that only printingPackages may use.
func printingFunctions() map[string][]string {
	return map[string][]string{
		"fmt": {"Print", "Printf", "Println"},
		"os":  {"Stdout", "Stderr", "Stdin", "Exit", "Args"},
		"log": {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
	}
}

// clockFunctions lists the functions of package time that read the clock or wait.
func clockFunctions() []string {
	return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
}

// libraries maps each library to the packages that may import it. A library is named by an import path, and includes the paths below it.
func libraries() map[string][]string {
	return map[string][]string{
		"github.com/HdrHistogram":               {"verdict", "load", "report"},
		"github.com/cucumber/godog":             {"pushchecktest"},
		"github.com/cucumber/gherkin":           {"features"},
		"github.com/cucumber/messages":          {"features", "steps"},
		"github.com/cucumber/tag-expressions":   {"features"},
		"github.com/goccy/go-yaml":              {"internal/yamlfile", "scenarios", "cmd/pushcheck"},
		"github.com/mattn/go-shellwords":        {"oracle"},
		"github.com/spf13/cobra":                {"cmd/pushcheck"},
		"github.com/spf13/pflag":                {"cmd/pushcheck"},
		"github.com/theory/jsonpath":            {"oracle"},
		"golang.org/x/crypto/ocsp":              {"endpoint"},
		"golang.org/x/crypto/x509roots":         {"endpoint"},
		"golang.org/x/net/idna":                 {"endpoint", "cmd/pushcheck"},
		"golang.org/x/net/dns/dnsmessage":       {},
		"golang.org/x/net/http/httpguts":        {"sender"},
		"golang.org/x/sys":                      {"internal/child"},
		"golang.org/x/term":                     {"cmd/pushcheck"},
		"golang.org/x/text":                     {"internal/xmldoc"},
		"github.com/google/go-cmp":              {},
		"golang.org/x/net/html":                 {},
		"github.com/jarcoal/httpmock":           {},
		"github.com/owenrumney/go-sarif":        {},
		"github.com/santhosh-tekuri/jsonschema": {},
		"go.uber.org/goleak":                    {},
	}
}

// testLibraries maps each library to the packages whose tests may import it; nil means all packages.
func testLibraries() map[string][]string {
	return map[string][]string{
		"github.com/google/go-cmp":              nil,
		"go.uber.org/goleak":                    nil,
		"github.com/goccy/go-yaml":              nil,
		"github.com/santhosh-tekuri/jsonschema": nil,
		"github.com/jarcoal/httpmock":           {"sender", "cmd/pushcheck"},
		"github.com/mattn/go-shellwords":        {"cmd/pushcheck"},
		"github.com/owenrumney/go-sarif":        {"report"},
		"github.com/cucumber/godog":             {root},
		"golang.org/x/crypto/ocsp":              {"endpoint"},
		"golang.org/x/crypto/x509roots":         {"endpoint"},
		"golang.org/x/net/dns/dnsmessage":       {"sender"},
		"golang.org/x/net/html":                 {"report"},
	}
}
