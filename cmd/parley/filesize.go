package main

import (
	"fmt"
	"strings"
	"time"
)

const barWidth = 24

// bar is a line that says how far something has come, how fast it goes, and how long it will take.
func bar(what string, done, total, rate int64) string {
	part := 1.0
	if total > 0 {
		part = float64(done) / float64(total)
	}
	full := int(part * barWidth)
	line := fmt.Sprintf("%s  %s%s %3d %%  %s of %s", what, strings.Repeat("█", full), strings.Repeat("░", barWidth-full),
		int(part*100), sizeText(done), sizeText(total))
	if rate > 0 {
		line += "  " + sizeText(rate) + "/s"
		if left := time.Duration(float64(total-done) / float64(rate) * float64(time.Second)); left >= time.Second {
			line += "  " + left.Round(time.Second).String() + " left"
		}
	}
	return line
}

// sizeText is a number of bytes for a person.
func sizeText(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	value, units := float64(bytes)/1000, "kMGTPE"
	for value >= 999.5 && len(units) > 1 {
		value, units = value/1000, units[1:]
	}
	digits := 1
	if value >= 99.95 {
		digits = 0
	}
	return fmt.Sprintf("%.*f %cB", digits, value, units[0])
}
