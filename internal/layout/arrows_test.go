package layout_test

// root is the package at the top of the repository, which holds tests only.
const root = "."

// arrows lists the packages that each package may use. It may also use all packages that those may use. Every package is listed: a new
// package needs its arrows before its first import.
func arrows() map[string][]string {
	return map[string][]string{
		"push":              {},
		"endpoint":          {},
		"internal/suggest":  {},
		"internal/child":    {},
		"internal/certs":    {},
		"internal/diagram":  {"internal/wording"},
		"internal/plot":     {},
		"internal/workshop": {},
		"internal/wording":  {},
		"internal/layout":   {},
		"internal/relay":    {},
		"features":          {},

		"internal/xmldoc":   {"internal/wording"},
		"internal/yamlfile": {},
		"internal/wav":      {},
		"internal/outcome":  {"transcript", "internal/wording"},

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

		"pushchecktest":     {"steps", "report", "internal/certs"},
		"internal/selftest": {"steps", "receiver", "internal/certs"},

		"cmd/pushcheck": {"internal/selftest", "load", "steps", "report", "receiver", "internal/child", "internal/derive", "internal/pseudonym", "internal/relay"},
		root:            {},
	}
}

// pure lists the packages that only compute: they use no network, no clock, no goroutine and no file, and print nothing.
func pure() []string {
	return []string{
		"push", "response", "endpoint", "scenarios", "call", "transcript", "requirements", "verdict", "experiment", "features",
		"internal/suggest", "internal/diagram", "internal/plot", "internal/derive", "internal/pseudonym", "internal/wording", "internal/xmldoc", "internal/yamlfile",
		"internal/wav", "internal/outcome",
	}
}

// outside lists prefixes of standard packages that reach outside the process, matched at a slash.
func outside() []string {
	return []string{"net", "os", "syscall", "log", "crypto/tls", "context", "testing", "flag", "plugin", "runtime/pprof"}
}

// harmless lists the packages of outside that only compute, and the names that a pure package may use from the others.
func harmless() map[string][]string {
	return map[string][]string{
		"net/url":   nil, // nil: everything
		"net/netip": nil,
		"net/http":  {"Header"}, // a transcript keeps what a receiver sent
	}
}

// commands lists the packages that print.
func commands() []string { return []string{"cmd/pushcheck"} }

// silent lists the functions that only commands may use, by package.
func silent() map[string][]string {
	return map[string][]string{
		"fmt": {"Print", "Printf", "Println"},
		"os":  {"Stdout", "Stderr", "Stdin", "Exit", "Args"},
		"log": {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
	}
}

// clock lists the functions of package time that read the clock or wait.
func clock() []string {
	return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
}

// libraries lists the packages that may import each library. The libraries are prefixes of import paths, matched at a slash.
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

// inTests lists the libraries that only tests may use, with the packages whose tests may use them; nil means all packages.
func inTests() map[string][]string {
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
