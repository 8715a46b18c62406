package namespaces

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The middle's addresses: of STUN and TURN, and of a site with a page, both on port 443. They are public ones by their
// kind (RFC 5737), as those of the routers are.
const (
	Middle = "203.0.113.1"
	Site   = "203.0.113.2"
)

// prefix begins the names of all namespaces that this package makes.
const prefix = "parley-"

// World is the middle and two places. Its namespaces are named after the process.
type World struct {
	// First and Second open sockets where the two people are.
	First, Second *Host

	prefix string   // of the namespaces' names
	made   []string // namespaces, to be removed
}

// New makes the namespaces: what lies between each person and the middle, first and second. It fails where it is not
// [Possible].
func New(ctx context.Context, first, second Gate) (_ *World, err error) {
	if err := removeLeft(ctx); err != nil {
		return nil, err
	}
	w := &World{prefix: fmt.Sprintf("%s%d-%s-", prefix, os.Getpid(), rand.Text()[:8])}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close(ctx))
		}
	}()
	middle, err := w.add(ctx, "middle")
	if err != nil {
		return nil, err
	}
	if err := run(ctx, nil,
		"ip -n "+middle+" link set lo up",
		"ip -n "+middle+" link add br0 type bridge",
		"ip -n "+middle+" addr add "+Middle+"/24 dev br0",
		"ip -n "+middle+" addr add "+Site+"/24 dev br0",
		"ip -n "+middle+" link set br0 up"); err != nil {
		return nil, err
	}
	if w.First, err = w.place(ctx, 1, first); err != nil {
		return nil, err
	}
	if w.Second, err = w.place(ctx, 2, second); err != nil {
		return nil, err
	}
	return w, nil
}

// ErrNotHere is of a machine that makes no namespaces whatever is installed.
var ErrNotHere = errors.New("this machine makes no network namespaces")

// Possible tells why there can be no world. Who is not root or has no right to make namespaces gets [ErrNotHere], and
// may leave out what needs them; a program that is missing is to be installed. With CI=true root gets no ErrNotHere:
// there nothing is left out.
func Possible(ctx context.Context) error {
	if os.Getuid() != 0 {
		return fmt.Errorf("namespaces: %w: only root may", ErrNotHere)
	}
	if err := inNewThread(func() error { return unix.Unshare(unix.CLONE_NEWNET) }); err != nil {
		return notHere(err)
	}
	for _, program := range []string{"ip", "nft", "turnserver"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("namespaces: %w: apt-get install iproute2 nftables coturn", err)
		}
	}
	if err := try(ctx); err != nil {
		return notHere(err)
	}
	return nil
}

func notHere(err error) error {
	if os.Getenv("CI") == "true" { //nolint:forbidigo // for tests: how a machine says that it is CI
		return fmt.Errorf("namespaces: in CI these tests have to run: %w", err)
	}
	return fmt.Errorf("namespaces: %w: %w", ErrNotHere, err)
}

// try makes a namespace with a NAT, and removes it.
func try(ctx context.Context) error {
	trial := fmt.Sprintf("%s%d-trial", prefix, os.Getpid())
	if err := run(ctx, nil, "ip netns add "+trial); err != nil {
		return err
	}
	err := run(ctx, []byte("table ip trial { chain post { type nat hook postrouting priority 100; } ; }"),
		"ip netns exec "+trial+" nft -f -")
	return errors.Join(err, run(context.WithoutCancel(ctx), nil, "ip netns del "+trial))
}

// Namespaces are the names of those that the two people are in, for `ip netns exec`.
func (w *World) Namespaces() (first, second string) { return w.name("client1"), w.name("client2") }

// Command is a program that will run in the middle.
func (w *World) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	inside := append([]string{"netns", "exec", w.name("middle"), program}, args...)
	return exec.CommandContext(ctx, "ip", inside...)
}

// Close removes the namespaces, and with them what is in them. Programs that run there have to be ended before.
func (w *World) Close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // what was made is removed, whatever ended it
	var errs []error
	for _, namespace := range w.made {
		errs = append(errs, run(ctx, nil, "ip netns del "+namespace))
	}
	w.First, w.Second, w.made = nil, nil, nil
	return errors.Join(errs...)
}

// removeLeft removes what processes left that were ended in the midst.
func removeLeft(ctx context.Context) error {
	files, err := os.ReadDir("/run/netns")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, file := range files {
		var pid int
		if _, err := fmt.Sscanf(file.Name(), prefix+"%d-", &pid); err != nil {
			continue
		}
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); errors.Is(err, os.ErrNotExist) {
			_ = run(ctx, nil, "ip netns del "+file.Name()) // or another did it at the same time
		}
	}
	return err
}

// place joins a person to the middle: by a cable, or by one to a router with a gate.
func (w *World) place(ctx context.Context, number int, gate Gate) (*Host, error) {
	n := strconv.Itoa(number)
	client, err := w.add(ctx, "client"+n)
	if err != nil {
		return nil, err
	}
	public := "203.0.113.1" + n
	if gate == Open {
		if err := run(ctx, nil, append(cable(w.name("middle"), "to"+n, client, "eth0"),
			"ip -n "+w.name("middle")+" link set to"+n+" master br0",
			"ip -n "+client+" addr add "+public+"/24 dev eth0",
			"ip -n "+client+" route add default via "+Middle)...); err != nil {
			return nil, err
		}
		return newHost(client)
	}
	nat, err := w.add(ctx, "nat"+n)
	if err != nil {
		return nil, err
	}
	home := "192.168.1" + n
	commands := append(cable(w.name("middle"), "to"+n, nat, "wan"), cable(nat, "lan", client, "eth0")...)
	commands = append(commands,
		"ip -n "+w.name("middle")+" link set to"+n+" master br0",
		"ip -n "+nat+" addr add "+public+"/24 dev wan",
		"ip -n "+nat+" route add default via "+Middle,
		"ip -n "+nat+" addr add "+home+".1/24 dev lan",
		"ip -n "+client+" addr add "+home+".2/24 dev eth0",
		"ip -n "+client+" route add default via "+home+".1",
		"ip netns exec "+nat+" sysctl -qw net.ipv4.ip_forward=1")
	if err := run(ctx, nil, commands...); err != nil {
		return nil, err
	}
	rules := strings.NewReplacer("CLIENT", home+".2").Replace(gate.rules())
	if err := run(ctx, []byte(rules), "ip netns exec "+nat+" nft -f -"); err != nil {
		return nil, err
	}
	return newHost(client)
}

// cable joins two namespaces by an interface in each.
func cable(from, fromName, to, toName string) []string {
	return []string{
		"ip -n " + from + " link add " + fromName + " type veth peer name " + toName + " netns " + to,
		"ip -n " + from + " link set " + fromName + " up",
		"ip -n " + to + " link set " + toName + " up",
		"ip -n " + to + " link set lo up",
	}
}

func (w *World) add(ctx context.Context, role string) (string, error) {
	namespace := w.name(role)
	if err := run(ctx, nil, "ip netns add "+namespace); err != nil {
		return "", err
	}
	w.made = append(w.made, namespace)
	// An address that IPv6 gives itself a moment later is a change of networks to a browser.
	return namespace, run(ctx, nil, "ip netns exec "+namespace+
		" sysctl -qew net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
}

func (w *World) name(role string) string { return w.prefix + role }

// run runs commands one after the other; stdin is for the last.
func run(ctx context.Context, stdin []byte, commands ...string) error {
	for _, command := range commands {
		words := strings.Fields(command)
		cmd := exec.CommandContext(ctx, words[0], words[1:]...)
		cmd.Stdin = bytes.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("namespaces: %s: %w: %s", command, err, bytes.TrimSpace(out))
		}
	}
	return nil
}
