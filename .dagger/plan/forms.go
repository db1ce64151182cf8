package plan

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// amount is the form of Kubernetes' quantities.
var amount = regexp.MustCompile(`^[0-9.]+[a-zA-Z]*[0-9]*$`)

// forms tell by the value alone that it is none of the flag's. What else is wrong
// with one only firedrill knows, which has yet to be compiled.
var forms = map[string]struct {
	wanted string
	right  func(value string) bool
}{
	"--nodes":      {"a number from 1", count},
	"--parallel":   {"a number from 1", count},
	"--repeat":     {"a number from 1", count},
	"--max-memory": {"an amount such as 8Gi", amount.MatchString},
	"--max-cpu":    {"an amount such as 1500m", amount.MatchString},
	"--within":     {"a time such as 1m", span},
	"--var":        {"NAME=VALUE, such as namespace=demo", pair},
}

func count(value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && n > 0
}

func span(value string) bool {
	_, err := time.ParseDuration(value)
	return err == nil
}

func pair(value string) bool { return strings.Index(value, "=") > 0 }

// Wrong says which values of a job's flags have not the form of one.
func (j Job) Wrong() error {
	var faults []error
	for _, command := range j.asked {
		for i, word := range command[:len(command)-1] {
			form, known := forms[word]
			if value := command[i+1]; known && !form.right(value) {
				faults = append(faults, fmt.Errorf("%s %q: wanted %s", word, value, form.wanted))
			}
		}
	}
	return errors.Join(faults...)
}
