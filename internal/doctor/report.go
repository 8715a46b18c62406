package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

// Text is the report to copy (SPEC G7): a line for each finding, the cause first. version and system are the program's,
// such as linux/amd64.
func (r Report) Text(version, system string) string {
	var b strings.Builder
	cause := r.Findings.Cause()
	fmt.Fprintf(&b, "Parley check\nversion: %s\nsystem: %s\ncause: %s (%s)\n", version, system, cause, cause.Outlook())
	for _, name := range diagnosis.AllFindings() {
		state, looked := r.Findings[name]
		if !looked {
			continue
		}
		fmt.Fprintf(&b, "%s: %s", name, state)
		if took := r.Took[name]; took > 0 {
			fmt.Fprintf(&b, ", %d ms", took.Round(time.Millisecond).Milliseconds())
		}
		b.WriteString("\n")
	}
	return b.String()
}
