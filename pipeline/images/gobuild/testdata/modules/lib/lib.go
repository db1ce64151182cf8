// Package lib asks for more than tool gives.
package lib

// Word is a word.
func Word(int) string { return "word" }
