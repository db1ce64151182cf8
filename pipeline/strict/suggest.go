package strict

import "fmt"

// DidYouMean proposes the name closest to a mistyped one, as the end of a
// message: "; did you mean NAME?". It is empty when none is close.
func DidYouMean(typed string, names []string) string {
	best, bestDistance := "", len(typed)/3+1
	for _, n := range names {
		if d := distance(typed, n); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// distance is the number of bytes to insert, delete or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
