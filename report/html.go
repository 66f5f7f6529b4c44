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

// HTML writes the verdict as one page that needs no other file: it contains its styles and scripts, and its policy allows no request. It
// can be read without JavaScript, which only filters the requirements and opens the calls. Long bodies are cut, so that a page stays
// below 1.5 MB. Control characters and invisible ones are escaped. The error is the writer's.
func HTML(w io.Writer, v verdict.Verdict) error {
	page, err := htmlPageOf(v)
	if err != nil {
		return fmt.Errorf("encoding the HTML report: %w", err)
	}
	return writeHTML(w, "page.tmpl", page)
}

// writeHTML writes a page from the template of this name and its data.
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

// visibleLines escapes control characters and keeps line breaks. No line of the result is a command to a CI system, see Inert.
func visibleLines(text string) string {
	all := strings.Split(text, "\n")
	for i, line := range all {
		all[i] = visible(line)
	}
	return Inert(strings.Join(all, "\n"))
}

// htmlPage is what the template shows, in this order.
type htmlPage struct {
	Document document
	Assets   htmlAssets
	Sign     htmlSign // of the verdict
	Unjudged htmlSign // of what could not be judged
	Sentence string
	Figures  []string
	Fix      htmlFix
	Areas    []htmlArea
	Filters  []htmlFilter
	Calls    []htmlCall
	Times    *htmlTimes // nil if nothing was sent
	Chains   []htmlChain
	Repeat   htmlRepeat
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
	places := newHTMLPlaces(v)
	p := htmlPage{
		Document: documentOf(v), Assets: assets, Sign: signOfRun(conclusionOf(v)), Sentence: clipLong(sentence(v), longText),
		Figures: htmlFigures(v), Times: htmlTimesOf(v.Calls), Unjudged: signOf(verdict.Undetermined),
	}
	p.Fix = htmlFixOf(v, places)
	p.Repeat = htmlRepeatOf(v, p.Fix.Blocks)
	p.Areas, p.Filters = htmlAreasOf(v, places)
	p.Calls = htmlCallsOf(v, p.Document, places)
	for i, c := range p.Document.Connections {
		p.Chains = append(p.Chains, htmlChainOf(c, v.Connections[i].Handshake.Chain))
	}
	return p, nil
}

// htmlAssetsOf returns the assets of a page with a script; "" is none.
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

// htmlFigures returns how much was played, the exit code and the version.
func htmlFigures(v verdict.Verdict) []string {
	return []string{wording.Count(len(v.Calls), "call") + ", " + wording.Count(pushes(v), "push"), fmt.Sprintf("exit code %d", v.Exit), "pushcheck " + clipLong(orEmpty(v.Tool.Version), shortText)}
}

// htmlSign is a status as a sign and a word, with the class that colours it.
type htmlSign struct{ Class, Mark, Word string }

func signOf(s verdict.Status) htmlSign {
	sign := htmlSign{"off", "·", words(s)}
	switch s {
	case verdict.Passed:
		sign.Class, sign.Mark = "good", "✓"
	case verdict.Failed:
		sign.Class, sign.Mark = "bad", "✗"
	case verdict.Warned:
		sign.Class, sign.Mark = "warn", "!"
	case verdict.Waived, verdict.Known:
		sign.Class, sign.Mark = "warn", "~"
	case verdict.Undetermined:
		sign.Class, sign.Mark = "open", "?"
	}
	return sign
}

func signOfRun(c verdict.Conclusion) htmlSign {
	switch c {
	case verdict.Conformant:
		return htmlSign{"good", "✓", "Conformant"}
	case verdict.NotConformant:
		return htmlSign{"bad", "✗", "Not conformant"}
	}
	return htmlSign{"open", "?", "No verdict"}
}

// htmlPlaces holds the parts of the page that other parts link to.
type htmlPlaces struct {
	fix   map[string]int // requirement, by the number of its block
	calls map[int]bool   // calls that are on the page
	shown map[int]bool   // calls that the first finding of a failure links to
}

func newHTMLPlaces(v verdict.Verdict) *htmlPlaces {
	p := &htmlPlaces{fix: map[string]int{}, calls: map[int]bool{}, shown: map[int]bool{}}
	for _, c := range v.Calls {
		p.calls[c.ID] = true
	}
	return p
}
