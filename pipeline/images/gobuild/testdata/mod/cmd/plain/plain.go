// Package plain is no program.
package plain
