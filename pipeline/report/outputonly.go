package report

import (
	"io"
	"os"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// The terminal library takes it that a program reads the terminal in raw
// mode. Ours only writes to it, in the mode the user's shell left it in. So
// two things must not get through:
//
//   - whatever changes what keys send, or asks the terminal a question. With
//     the kitty keyboard protocol or modifyOtherKeys Ctrl-C arrives as an
//     escape sequence that nobody reads instead of an interrupt, and answers
//     would turn up as typed text at the next prompt;
//   - a bare line feed that is meant to keep the column: outside raw mode it
//     goes to the start of the line. Index (ESC D) does the same in any mode.
var onlyOutput = strings.NewReplacer(
	ansi.SetModifyOtherKeys2, "",
	ansi.ResetModifyOtherKeys, "",
	ansi.KittyKeyboard(ansi.KittyDisambiguateEscapeCodes, 1), "",
	ansi.KittyKeyboard(0, 1), "",
	ansi.RequestKittyKeyboard, "",
	ansi.SetModeBracketedPaste, "",
	ansi.ResetModeBracketedPaste, "",
	ansi.RequestModeSynchronizedOutput, "",
	ansi.RequestModeUnicodeCore, "",
	"\r\n", "\r\n",
	"\n", ansi.Index,
)

// screenFile is what the library writes to. It stays a file if it is one, so
// that the library can ask the terminal for its size.
type screenFile struct {
	*os.File
	out   io.Writer
	shown chan struct{} // closed when something has been shown
	once  sync.Once
}

func newScreenFile(out io.Writer) *screenFile {
	f, _ := out.(*os.File)
	return &screenFile{File: f, out: out, shown: make(chan struct{})}
}

// Write filters each write by itself: the library writes whole sequences.
func (f *screenFile) Write(text []byte) (int, error) {
	if rest := onlyOutput.Replace(string(text)); rest != "" {
		if _, err := io.WriteString(f.out, rest); err != nil {
			return 0, err
		}
		f.once.Do(func() { close(f.shown) })
	}
	return len(text), nil
}

// WriteString keeps the file's own method from being used past the filter.
func (f *screenFile) WriteString(text string) (int, error) { return f.Write([]byte(text)) }

// ReadFrom does the same.
func (f *screenFile) ReadFrom(r io.Reader) (int64, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return 0, err
	}
	n, err := f.Write(text)
	return int64(n), err
}

// Fd is that of the file, or none: then the library takes it for no terminal.
func (f *screenFile) Fd() uintptr {
	if f.File == nil {
		return ^uintptr(0)
	}
	return f.File.Fd()
}
