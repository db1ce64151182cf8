// Package settings reads what one of our programs is told at its start: from
// its flags and, where no flag is given, from its environment. It is strict: a
// value that cannot be right is an error that names the value, never a
// default.
package settings

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// ErrHelp is returned by Set.Parse when the arguments ask for help.
var ErrHelp = flag.ErrHelp

// Set is the settings of one program. The setting "api-url" of the program
// "website" is the flag -api-url and the environment variable WEBSITE_API_URL.
type Set struct {
	program string
	flags   *flag.FlagSet
}

// New starts the settings of a program.
func New(program string) *Set {
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	// The flag package would print every error itself, with all its flags.
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return &Set{program: program, flags: flags}
}

// Parse reads the settings; a flag wins over the environment. An empty
// environment variable counts as one that is not set.
func (s *Set) Parse(args []string, lookup func(string) (string, bool)) error {
	if err := s.environment(lookup); err != nil {
		return err
	}
	if err := s.flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return ErrHelp
		}
		return fmt.Errorf("%w; see %s -h", err, s.program)
	}
	if rest := s.flags.Args(); len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q: %s takes flags only; see %s -h", rest[0], s.program, s.program)
	}
	return nil
}

// PrintHelp writes every setting with its default value and its variable.
func (s *Set) PrintHelp(w io.Writer) {
	_, _ = fmt.Fprintf(w, "Usage of %s:\n", s.program)
	s.flags.VisitAll(func(f *flag.Flag) {
		_, _ = fmt.Fprintf(w, "  -%s (or %s), default %s\n    \t%s\n", f.Name, s.variable(f.Name), f.DefValue, f.Usage)
	})
}

func (s *Set) environment(lookup func(string) (string, bool)) error {
	var problems []error
	s.flags.VisitAll(func(f *flag.Flag) {
		text, _ := lookup(s.variable(f.Name))
		if text == "" {
			return
		}
		if err := s.flags.Set(f.Name, text); err != nil {
			problems = append(problems,
				fmt.Errorf("invalid value %q of environment variable %s: %w", text, s.variable(f.Name), err))
		}
	})
	return errors.Join(problems...)
}

func (s *Set) variable(name string) string {
	return strings.ToUpper(s.program + "_" + strings.ReplaceAll(name, "-", "_"))
}
