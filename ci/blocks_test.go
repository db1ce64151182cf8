package ci_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is a block of Groovy in braces, with what stands before the brace. That
// much structure is all that a declarative pipeline has, and no more Groovy
// than this is understood: `make jenkins-check` reads all of it.
type block struct {
	head   string   // such as stage('run')
	lines  []string // that stand right in it
	blocks []*block
}

// name is the first word of the head.
func (b *block) name() string { return regexp.MustCompile(`^\w*`).FindString(b.head) }

// all calls visit for the block and every one in it.
func (b *block) all(visit func(*block)) {
	visit(b)
	for _, inner := range b.blocks {
		inner.all(visit)
	}
}

// find returns the first block of that name right in this one, or nil.
func (b *block) find(name string) *block {
	for _, inner := range b.blocks {
		if inner.name() == name {
			return inner
		}
	}
	return nil
}

// opaque is what braces mean nothing in: comments and strings.
var opaque = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/|'''.*?'''|"""(?:\\.|[^\\])*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"`)

var (
	hide = strings.NewReplacer("{", "\x01", "}", "\x02", "\n", "\x03", ";", "\x04")
	show = strings.NewReplacer("\x01", "{", "\x02", "}", "\x03", "\n", "\x04", ";")
)

// readBlocks reads Groovy into a block without a head. Comments are left out.
func readBlocks(source string) (*block, error) {
	source = opaque.ReplaceAllStringFunc(source, func(s string) string {
		if s[0] == '/' {
			return ""
		}
		return hide.Replace(s)
	})
	open := []*block{{}}
	pending := ""
	take := func() string {
		line := show.Replace(strings.TrimSpace(pending))
		pending = ""
		return line
	}
	for _, c := range source {
		at := open[len(open)-1]
		switch c {
		case '{':
			inner := &block{head: take()}
			at.blocks = append(at.blocks, inner)
			open = append(open, inner)
		case '}', '\n', ';':
			if line := take(); line != "" {
				at.lines = append(at.lines, line)
			}
			if c != '}' {
				continue
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return nil, fmt.Errorf("a } after %q closes nothing", at.lines)
			}
		default:
			pending += string(c)
		}
	}
	if len(open) > 1 {
		return nil, fmt.Errorf("the block %q is not closed", open[len(open)-1].head)
	}
	return open[0], nil
}

func TestReadBlocks(t *testing.T) {
	root, err := readBlocks("a = '{' // {\nb('}') { c; d \"x;{\" { e 1 } }\n/* { */ f '''\n{\n'''\n")
	require.NoError(t, err)
	want := &block{
		lines:  []string{"a = '{'", "f '''\n{\n'''"},
		blocks: []*block{{head: "b('}')", lines: []string{"c"}, blocks: []*block{{head: `d "x;{"`, lines: []string{"e 1"}}}}},
	}
	require.Equal(t, want, root)
	require.Equal(t, "b", root.blocks[0].name())

	_, err = readBlocks("a { b {\n}")
	require.EqualError(t, err, `the block "a" is not closed`)
	_, err = readBlocks("a { }\nb }")
	require.EqualError(t, err, `a } after ["b"] closes nothing`)
}
