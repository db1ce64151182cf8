// Command one prints its arguments and what it was built with.
package main

import (
	_ "embed"
	"os"

	"example.com/mod/words"
)

//go:embed text.txt
var text string

var version = "none"

func main() {
	os.Stdout.WriteString(version + " " + words.Tagged + " " + text)
	for _, a := range os.Args[1:] {
		os.Stdout.WriteString(" " + a)
	}
}
