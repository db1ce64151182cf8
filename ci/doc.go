// Package ci has no code. Its tests read what CI systems read, the workflows of
// GitHub Actions and the Jenkinsfile, and hold them to the rules that docs/ci.md
// gives: nothing but make and firedrill does the work, and what they are asked
// for exists. .ci/run is run, with programs that only say what they are asked.
package ci
