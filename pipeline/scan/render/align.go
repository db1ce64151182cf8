package render

import "strings"

// aligned finds for each line of what a template renders the line of the
// template that it comes from. Helm does not tell, so this is a guess: both texts
// are laid side by side, as diff does it, where lines are alike when they are the
// same or have the same key. A line that comes out of a helper counts for the
// line before it, which is most often the one that calls the helper.
func aligned(rendered []string, template string) []Document {
	documents := make([]Document, len(rendered))
	var lines []string
	for i, text := range rendered {
		documents[i].text = text
		lines = append(lines, splitLines(text)...)
	}
	at := align(lines, splitLines(template))
	for i := range documents {
		n := len(splitLines(documents[i].text))
		documents[i].lines, at = at[:n], at[n:]
	}
	return documents
}

// tooMany bounds the table of align: a larger text is a CRD or data.
const tooMany = 4 << 20

func align(rendered, template []string) []int {
	at := make([]int, len(rendered))
	if len(rendered)*len(template) <= tooMany {
		trace(rendered, template, at)
	}
	last := 1
	for i := range at {
		if at[i] == 0 {
			at[i] = nearest(rendered[i], template, last)
		}
		last = at[i]
	}
	return at
}

// trace sets, in at, the lines (from 1) of the best alignment.
func trace(rendered, template []string, at []int) {
	n, m := len(rendered), len(template)
	best := make([][]int32, n+1)
	for i := range best {
		best[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1], best[i+1][j+1]+alike(rendered[i], template[j]))
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		score := alike(rendered[i], template[j])
		switch {
		case score > 0 && best[i][j] == best[i+1][j+1]+score:
			at[i] = j + 1
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
}

// alike is how much two lines are so: most if they are the same.
func alike(rendered, template string) int32 {
	a, b := strings.TrimSpace(rendered), strings.TrimSpace(template)
	if a == "" || b == "" || a[0] == '#' || strings.HasPrefix(b, "{{") {
		return 0
	}
	if a == b {
		return 4
	}
	keyA, keyB := key(a), key(b)
	if keyA == "" || keyA != keyB {
		return 0
	}
	return 1
}

// key is what stands before the colon, without the dash of a list.
func key(line string) string {
	line = strings.TrimLeft(strings.TrimPrefix(line, "- "), " ")
	name, _, found := strings.Cut(line, ":")
	if !found {
		return ""
	}
	return name
}

// nearest is the line that is alike and closest to last; last if none is.
func nearest(line string, template []string, last int) int {
	best, distance := last, len(template)+1
	for j, other := range template {
		if d := max(j+1-last, last-j-1); d < distance && alike(line, other) > 1 {
			best, distance = j+1, d
		}
	}
	return best
}

func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
