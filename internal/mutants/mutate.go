package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// mutant is a change that switches off one check.
type mutant struct {
	number   int
	file     string // from the root of the repository
	line     int
	code     string // the check, on one line
	change   string // how the check is changed, such as "never"
	function string // function that contains the check
}

// key identifies the mutant. It has no line number, so that it stays the same if lines above change.
func (m mutant) key() string {
	return fmt.Sprintf("%s %s: %s: %s", m.file, m.function, m.code, m.change)
}

// mutator writes the mutants of packages into copies of their files. A mutant is inactive unless its number is in the environment.
type mutator struct {
	mutants []mutant

	// The file that is being mutated, and the function in it.
	file     string
	source   []byte
	position func(token.Pos) token.Position
	function string
	edits    []edit
}

// edit is a text that is inserted into the source at an offset.
type edit struct {
	offset int
	order  int // see insertText
	text   string
}

// mutate returns the source of a file with its mutants in it.
func (u *mutator) mutate(file string, source []byte) ([]byte, error) {
	fileSet := token.NewFileSet()
	parsed, err := parser.ParseFile(fileSet, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	u.file, u.source, u.edits, u.position = file, source, nil, fileSet.Position
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			u.function = functionName(f)
			u.mutateFunction(f.Type, f.Body)
		}
	}
	// If several texts are inserted at one offset, closing texts come before opening texts, and the outermost opening text comes first.
	slices.SortStableFunc(u.edits, func(a, b edit) int {
		if a.offset != b.offset {
			return a.offset - b.offset
		}
		return a.order - b.order
	})
	var out bytes.Buffer
	copied := 0 // length of the source that is already in out
	for _, e := range u.edits {
		out.Write(source[copied:e.offset])
		out.WriteString(e.text)
		copied = e.offset
	}
	out.Write(source[copied:])
	return out.Bytes(), nil
}

// functionName returns the name of a function. The name of a method begins with its type.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	return fmt.Sprintf("%s.%s", t, f.Name.Name)
}

// mutateFunction mutates the body of a function. Function literals in the body are mutated separately.
func (u *mutator) mutateFunction(t *ast.FuncType, body *ast.BlockStmt) {
	returnsBool := t.Results != nil && len(t.Results.List) > 0 && isBool(t.Results.List[len(t.Results.List)-1].Type)
	resultCount := 0
	if t.Results != nil {
		resultCount = t.Results.NumFields()
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			u.mutateFunction(n.Type, n.Body)
			return false
		case *ast.IfStmt:
			u.mutateCondition(n.Cond)
		case *ast.ForStmt:
			if n.Cond != nil {
				u.mutateOperands(n.Cond)
			}
		case *ast.SwitchStmt:
			if n.Tag == nil {
				u.mutateCases(n)
			}
		case *ast.ReturnStmt:
			if returnsBool && len(n.Results) == resultCount {
				u.mutateResult(n.Results[resultCount-1])
			}
		case *ast.BinaryExpr:
			u.mutateComparison(n)
		case *ast.BlockStmt:
			u.mutateStatements(n.List)
		case *ast.CaseClause:
			u.mutateStatements(n.Body)
		case *ast.CommClause:
			u.mutateStatements(n.Body)
		}
		return true
	})
}

func isBool(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return ok && name.Name == "bool"
}

// mutateCases mutates the conditions in the cases of a switch statement.
func (u *mutator) mutateCases(s *ast.SwitchStmt) {
	for _, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			u.mutateCondition(e)
		}
	}
}

// mutateCondition mutates a check in several ways: it is never true, it is always true, or one of its parts is left out.
func (u *mutator) mutateCondition(e ast.Expr) {
	u.wrap(e, "!mutant(%d) && (", ")", "never")
	u.wrap(e, "mutant(%d) || (", ")", "always")
	u.mutateOperands(e)
}

// mutateOperands mutates an expression with && or ||: one of its operands is left out.
func (u *mutator) mutateOperands(e ast.Expr) {
	for {
		p, ok := e.(*ast.ParenExpr)
		if !ok {
			break
		}
		e = p.X
	}
	b, ok := e.(*ast.BinaryExpr)
	if !ok || b.Op != token.LAND && b.Op != token.LOR {
		return
	}
	for _, part := range []ast.Expr{b.X, b.Y} {
		if b.Op == token.LAND {
			u.wrap(part, "(mutant(%d) || (", "))", "left out")
		} else {
			u.wrap(part, "(!mutant(%d) && (", "))", "left out")
		}
		u.mutateOperands(part)
	}
}

// mutateResult mutates an expression that a function returns.
func (u *mutator) mutateResult(e ast.Expr) {
	if name, ok := e.(*ast.Ident); ok && (name.Name == "true" || name.Name == "false") {
		return // the condition that leads to this statement is mutated instead
	}
	u.wrap(e, "!mutant(%d) && (", ")", "never")
	u.wrap(e, "mutant(%d) || (", ")", "always")
	u.mutateOperands(e)
}

// mutateComparison mutates a comparison: < becomes <= and > becomes >=, or the reverse.
func (u *mutator) mutateComparison(b *ast.BinaryExpr) {
	helper, ok := map[token.Token]string{
		token.LSS: "mutantLess", token.LEQ: "mutantLessEqual", token.GTR: "mutantGreater", token.GEQ: "mutantGreaterEqual",
	}[b.Op]
	if !ok {
		return
	}
	n := u.addMutant(b, "edge moved")
	u.insertText(b.Pos(), 1, fmt.Sprintf("%s(%d, ", helper, n))
	u.edits = append(u.edits, edit{u.position(b.OpPos).Offset, 1, ", /*"}, edit{u.position(b.OpPos).Offset + len(b.Op.String()), -1, "*/"})
	u.insertText(b.End(), -1, ")")
}

// mutateStatements mutates a list of statements: one statement, such as an assignment, is left out.
func (u *mutator) mutateStatements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE || slices.ContainsFunc(s.Lhs, isBlank) {
				continue
			}
		case *ast.ExprStmt:
			if isBookkeeping(s.X) {
				continue
			}
		case *ast.IncDecStmt:
		default:
			continue
		}
		u.wrap(s, "if !mutant(%d) { ", " }", "left out")
	}
}

func isBlank(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return ok && name.Name == "_"
}

// isBookkeeping reports whether a statement checks nothing: it takes or releases a lock, panics, or is not a call.
func isBookkeeping(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return true
	}
	if name, ok := call.Fun.(*ast.Ident); ok {
		return name.Name == "panic"
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"Lock", "Unlock", "RLock", "RUnlock"}, s.Sel.Name)
}

// wrap adds a mutant that inserts a text before and a text after a node. before is a format for the number of the mutant.
func (u *mutator) wrap(n ast.Node, before, after, change string) {
	number := u.addMutant(n, change)
	u.insertText(n.Pos(), 1, fmt.Sprintf(before, number))
	u.insertText(n.End(), -1, after)
}

// insertText adds a text at p. If order is 1, the text opens a wrapping, and is inserted before the code that begins at p. If order is -1,
// the text closes a wrapping, and is inserted after the code that ends at p.
func (u *mutator) insertText(p token.Pos, order int, text string) {
	e := edit{u.position(p).Offset, order, text}
	if order < 0 { // the wrapping that was opened last is closed first
		u.edits = slices.Insert(u.edits, 0, e)
		return
	}
	u.edits = append(u.edits, e)
}

// addMutant adds a mutant of a node, and returns its number.
func (u *mutator) addMutant(n ast.Node, change string) int {
	from, to := u.position(n.Pos()), u.position(n.End())
	m := mutant{number: len(u.mutants) + 1, file: u.file, line: from.Line, change: change, function: u.function}
	m.code = strings.Join(strings.Fields(string(u.source[from.Offset:to.Offset])), " ")
	u.mutants = append(u.mutants, m)
	return m.number
}

// switchFile returns the source of a Go file that is added to a mutated package. The file activates the mutant whose number is in the
// environment, and writes down the numbers of the mutants that a test reaches.
func switchFile(packageName string, firstNumber, lastNumber int) string {
	return fmt.Sprintf(`package %s

import (
	"cmp"
	"os"
	"strconv"
	"sync/atomic"
)

var (
	mutantActive, _ = strconv.Atoi(os.Getenv("PUSHCHECK_MUTANT"))
	mutantSeen     [%d]atomic.Bool
	mutantNotes    = os.Getenv("PUSHCHECK_MUTANT_NOTES")
)

func mutant(n int) bool {
	if mutantNotes != "" && !mutantSeen[n-%d].Swap(true) {
		f, err := os.OpenFile(mutantNotes, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		f.WriteString(strconv.Itoa(n) + "\n")
		f.Close()
	}
	return n == mutantActive
}

func mutantLess[T cmp.Ordered](n int, a, b T) bool         { return a < b || mutant(n) && a == b }
func mutantLessEqual[T cmp.Ordered](n int, a, b T) bool    { return a < b || !mutant(n) && a == b }
func mutantGreater[T cmp.Ordered](n int, a, b T) bool      { return a > b || mutant(n) && a == b }
func mutantGreaterEqual[T cmp.Ordered](n int, a, b T) bool { return a > b || !mutant(n) && a == b }

var _ = []any{mutantLess[int], mutantLessEqual[int], mutantGreater[int], mutantGreaterEqual[int]}
`, packageName, lastNumber-firstNumber+1, firstNumber)
}
