// Tool does not compile as it is: a file is missing, and lib has changed.
package main

import (
	"fmt"

	"example.com/lib"
)

func main() { fmt.Print(lib.Word(), " ", generated) }
