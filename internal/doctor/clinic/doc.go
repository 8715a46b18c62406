// Package clinic holds patients for the doctor: deployments on this machine, each with one fault that is known, and
// the cause that the doctor should name.
//
//	emulator, function, front, STUN, TURN: the real ones, in process and as children
//	      ▲ in between, where the fault is in the network: black holes, closed ports, NATs, TLS with another certificate
//	      │
//	doctor.Examine ──► cause ══ compared with ══ the fault that was made
//
// Its test meets each patient once; `parley bench doctor` many times, for the confusion matrix in docs/evaluation.md.
//
// # Limits
//
// The networks are this process's: a port that swallows what comes stands for a firewall that drops. What a kernel's
// NAT or a browser does, the tests of the app show.
package clinic
