// C asks the C library for the number that its other file names.
package main

// int number(void);
import "C"

import "fmt"

func main() { fmt.Print(int(C.number())) }
