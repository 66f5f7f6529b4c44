package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/pushcheck/pushcheck/internal/diagram"
	"github.com/pushcheck/pushcheck/internal/plot"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/verdict"
)

//go:embed html
var htmlFiles embed.FS

var htmlTemplate = template.Must(template.ParseFS(htmlFiles, "html/*.tmpl"))

// HTML writes the verdict as one page that needs no other file: it contains its styles and scripts, and its policy allows no request. The
// page can be read without JavaScript, which only filters the requirements and expands the calls. Long bodies are cut, so that a page stays
// below 1.5 MB. Control characters and invisible characters are escaped. HTML returns the error of the writer.
func HTML(w io.Writer, v verdict.Verdict) error {
	page, err := htmlPageOf(v)
	if err != nil {
		return fmt.Errorf("encoding the HTML report: %w", err)
	}
	return writeHTML(w, "page.tmpl", page)
}

// writeHTML writes a page. name is the name of the template, and page is the data for it.
func writeHTML(w io.Writer, name string, page any) error {
	var text bytes.Buffer
	if err := htmlTemplate.ExecuteTemplate(&text, name, page); err != nil {
		return fmt.Errorf("encoding the HTML report: %w", err)
	}
	if _, err := io.WriteString(w, visibleLines(text.String())); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	return nil
}

// visibleLines escapes control characters, but keeps line breaks. No line of the result is a command to a CI system.
func visibleLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = visible(line)
	}
	return Inert(strings.Join(lines, "\n"))
}

// htmlPage is the data of page.tmpl, in the order of the page.
type htmlPage struct {
	Document      document
	Assets        htmlAssets
	Badge         htmlBadge // badge of the verdict
	UnjudgedBadge htmlBadge // badge of requirements that could not be judged
	Sentence      string    // the conclusion in words
	Figures       []string  // numbers of calls and pushes, exit code and version
	Fix           htmlFix
	Areas         []htmlArea
	Filters       []htmlFilter // statuses by which a reader can filter the requirements
	Calls         []htmlCall
	Times         *htmlTimes // response times; nil if nothing was sent
	Chains        []htmlChain
	Repeat        htmlRepeat
}

// htmlAssets holds the styles and the script that the page contains, so that it loads no file.
type htmlAssets struct {
	Style  template.CSS
	Script template.JS
	Policy string // Content-Security-Policy of the page: it allows only this style and this script
}

func htmlPageOf(v verdict.Verdict) (htmlPage, error) {
	assets, err := htmlAssetsOf("html/page.js")
	if err != nil {
		return htmlPage{}, err
	}
	links := newHTMLLinks(v)
	p := htmlPage{
		Document: documentOf(v), Assets: assets, Badge: badgeOfRun(conclusionOf(v)), Sentence: clipLong(sentence(v), longTextLength),
		Figures: htmlFigures(v), Times: htmlTimesOf(v.Calls), UnjudgedBadge: badgeOf(verdict.Undetermined),
	}
	p.Fix = htmlFixOf(v, links)
	p.Repeat = htmlRepeatOf(v, p.Fix.Blocks)
	p.Areas, p.Filters = htmlAreasOf(v, links)
	p.Calls = htmlCallsOf(v, p.Document, links)
	for i, c := range p.Document.Connections {
		p.Chains = append(p.Chains, htmlChainOf(c, v.Connections[i].Handshake.Chain))
	}
	return p, nil
}

// htmlAssetsOf returns the assets of a page. script is the name of the file with the script; "" if the page has no script.
func htmlAssetsOf(script string) (htmlAssets, error) {
	style, err := htmlFiles.ReadFile("html/page.css")
	if err != nil {
		return htmlAssets{}, err
	}
	out := htmlAssets{
		Style:  template.CSS(string(style) + diagram.Style() + plot.Style()),
		Policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
	}
	if script == "" {
		return out, nil
	}
	text, err := htmlFiles.ReadFile(script)
	if err != nil {
		return htmlAssets{}, err
	}
	sum := sha256.Sum256(text)
	out.Script = template.JS(text)
	out.Policy += "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return out, nil
}

// htmlFigures returns the numbers of calls and pushes, the exit code and the version.
func htmlFigures(v verdict.Verdict) []string {
	return []string{wording.Count(len(v.Calls), "call") + ", " + wording.Count(countPushes(v), "push"), fmt.Sprintf("exit code %d", v.Exit), "pushcheck " + clipLong(orEmpty(v.Tool.Version), shortTextLength)}
}

// htmlBadge shows a status as an icon and a word, with a CSS class for the colour.
type htmlBadge struct{ Class, Icon, Word string }

func badgeOf(s verdict.Status) htmlBadge {
	badge := htmlBadge{"off", "·", statusWords(s)}
	switch s {
	case verdict.Passed:
		badge.Class, badge.Icon = "good", "✓"
	case verdict.Failed:
		badge.Class, badge.Icon = "bad", "✗"
	case verdict.Warned:
		badge.Class, badge.Icon = "warn", "!"
	case verdict.Waived, verdict.Known:
		badge.Class, badge.Icon = "warn", "~"
	case verdict.Undetermined:
		badge.Class, badge.Icon = "open", "?"
	}
	return badge
}

func badgeOfRun(c verdict.Conclusion) htmlBadge {
	switch c {
	case verdict.Conformant:
		return htmlBadge{"good", "✓", "Conformant"}
	case verdict.NotConformant:
		return htmlBadge{"bad", "✗", "Not conformant"}
	}
	return htmlBadge{"open", "?", "No verdict"}
}

// htmlLinks holds the targets of links on the page.
type htmlLinks struct {
	blockNumbers map[string]int // number of the block of a requirement in the part about fixes, by id of the requirement
	pageCalls    map[int]bool   // ids of the calls that are on the page
	linkedCalls  map[int]bool   // ids of the calls to which the first finding of a failed requirement links
}

func newHTMLLinks(v verdict.Verdict) *htmlLinks {
	links := &htmlLinks{blockNumbers: map[string]int{}, pageCalls: map[int]bool{}, linkedCalls: map[int]bool{}}
	for _, c := range v.Calls {
		links.pageCalls[c.ID] = true
	}
	return links
}
