package plan

import (
	"slices"
	"strconv"
)

// flags are words of a command line. What is zero is left out, so that defaults
// stay firedrill's business.
type flags []string

func (f flags) text(name, value string) flags {
	if value == "" {
		return f
	}
	return append(slices.Clip(f), name, value)
}

func (f flags) number(name string, value int) flags {
	if value == 0 {
		return f
	}
	return f.text(name, strconv.Itoa(value))
}

func (f flags) on(name string, value bool) flags {
	if !value {
		return f
	}
	return append(slices.Clip(f), name)
}

// path is a flag whose value is where PathOf says that the file is.
func (f flags) path(name string, given bool) flags {
	if !given {
		return f
	}
	return f.text(name, PathOf(name[len("--"):]))
}

func (f flags) each(name string, values []string) flags {
	for _, value := range values {
		f = f.text(name, value)
	}
	return f
}
