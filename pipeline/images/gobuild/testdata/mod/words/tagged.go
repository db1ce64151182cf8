//go:build special

package words

func init() { Tagged = "special" }
