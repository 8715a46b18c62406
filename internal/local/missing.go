package local

// MissingError says that a program is not installed, and what to do. It is returned by [Start] and by
// the services that need the program.
type MissingError struct {
	// What is missing, in a few words.
	What string
	// Install says what to do, in a sentence or two for people.
	Install string
}

// Error is both in one line.
func (e *MissingError) Error() string { return e.What + " is missing. " + e.Install }
