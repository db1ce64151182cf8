// Package words is part of a test module.
package words

// Tagged is changed by a build tag.
var Tagged = "plain"
