// Command gen is the program of a test image.
package main

import "os"

func main() { os.Stdout.WriteString("gen says " + os.Args[len(os.Args)-1]) }
