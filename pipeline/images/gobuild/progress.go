package gobuild

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// progressEvery is how often a build says where it stands: a large one
// compiles thousands of packages.
const progressEvery = time.Second

// counter reads what `go build -v` prints, a line for each module that it
// downloads and each package that it compiles, and says where it stands.
type counter struct {
	say      func(message string)
	now      func() time.Time
	said     time.Time
	line     []byte // not yet complete
	compiled int
	// others are the lines that say neither, which on a failure say why.
	others []string
}

// Write implements io.Writer.
func (c *counter) Write(text []byte) (int, error) {
	c.line = append(c.line, text...)
	for {
		line, rest, complete := bytes.Cut(c.line, []byte("\n"))
		if !complete {
			return len(text), nil
		}
		c.line = rest
		c.read(strings.TrimSpace(string(line)))
	}
}

func (c *counter) read(line string) {
	module, download := strings.CutPrefix(line, "go: downloading ")
	switch {
	case download:
		c.tell("downloading " + module)
	case line != "" && !strings.ContainsAny(line, " \t#:"):
		c.compiled++
		c.tell(fmt.Sprintf("packages compiled: %d, last %s", c.compiled, line))
	case line != "":
		c.others = append(c.others, line)
	}
}

func (c *counter) tell(message string) {
	if now := c.now(); now.Sub(c.said) >= progressEvery {
		c.said = now
		c.say(message)
	}
}
