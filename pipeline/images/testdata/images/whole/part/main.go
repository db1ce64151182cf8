// Command part is the program of a test image.
package main

import "os"

func main() { os.Stdout.WriteString("part says " + os.Args[len(os.Args)-1]) }
