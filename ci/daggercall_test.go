package ci_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// checkCall finds fault with the words after dagger. What comes after the
// function's own arguments is the business of what it returns.
func checkCall(t *testing.T, words []string) error {
	t.Helper()
	if len(words) == 0 || words[0] != "call" {
		return fmt.Errorf("dagger %v: wanted dagger call", words)
	}
	functions, at := daggerFunctions(t), "New"
	for i, word := range words[1:] {
		flag, isFlag := strings.CutPrefix(word, "--")
		switch {
		case isFlag && !slices.Contains(functions[at].arguments, flag):
			return fmt.Errorf("%s has no argument %q", kebab(at), flag)
		case isFlag:
		case at == "New" && strings.HasPrefix(words[i], "--"): // the value of a flag
		case at == "New":
			if at = camel(functions, word); at == "" {
				return fmt.Errorf("the Dagger module has no function %q", word)
			}
		default:
			return nil
		}
	}
	return nil
}

// camel is the function that Dagger calls so, or none.
func camel(functions map[string]function, name string) string {
	for f := range functions {
		if f != "New" && kebab(f) == name {
			return f
		}
	}
	return ""
}
