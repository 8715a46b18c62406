package emulator

// ParseFaults is what reads the body that sets faults.
var ParseFaults = parseFaults
