// Command hello is the program of a test image.
package main

import "os"

func main() { os.Stdout.WriteString("hello") }
