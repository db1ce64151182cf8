package panels

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"firedrill/pipeline/dashboards"
)

// expression reads a variable's regular expression. Written between slashes it is
// one; else the text as a whole is to match.
func expression(text string) (r *regexp.Regexp, err error) {
	if text == "" {
		return nil, nil
	}
	pattern := "^(?:" + text + ")$"
	if strings.HasPrefix(text, "/") {
		end := strings.LastIndexByte(text, '/')
		pattern = text[1:max(end, 1)]
		if strings.Contains(text[max(end, 1):], "i") {
			pattern = "(?i)" + pattern
		}
	}
	r, err = regexp.Compile(strings.ReplaceAll(pattern, "(?<", "(?P<"))
	if err != nil {
		return nil, fmt.Errorf("regular expression %s: %w", text, err)
	}
	return r, nil
}

// narrow keeps of the options what the variable's regular expression picks, once
// and in the order that the variable has.
func (s *scope) narrow(v dashboards.Variable, found []string) ([]string, error) {
	text, err := s.text(v.Regex, "")
	if err != nil {
		return nil, err
	}
	filter, err := expression(text)
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, option := range found {
		if filter != nil {
			m := filter.FindStringSubmatch(option)
			if m == nil {
				continue
			}
			option = picked(filter, m)
		}
		if !slices.Contains(kept, option) {
			kept = append(kept, option)
		}
	}
	order(kept, v.Sort)
	return kept, nil
}

// picked is the group named value, the first group, or the whole.
func picked(r *regexp.Regexp, match []string) string {
	if i := r.SubexpIndex("value"); i > 0 {
		return match[i]
	}
	return match[min(1, len(match)-1)]
}

var digits = regexp.MustCompile(`\d+`)

// order sorts as Grafana's numbers say: 1 and 2 by alphabet, 3 and 4 by number,
// 5 and 6 by alphabet without regard to case; the even ones backwards.
func order(options []string, how int) {
	number := func(s string) int {
		n, err := strconv.Atoi(digits.FindString(s))
		if err != nil {
			return -1
		}
		return n
	}
	compare := map[int]func(a, b string) int{
		1: strings.Compare,
		3: func(a, b string) int { return cmp.Compare(number(a), number(b)) },
		5: func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) },
	}[how-1+how%2]
	if compare == nil {
		return
	}
	slices.SortStableFunc(options, compare)
	if how%2 == 0 {
		slices.Reverse(options)
	}
}
