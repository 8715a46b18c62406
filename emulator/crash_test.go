package emulator_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// crashData says in the environment that this process is the one to be killed, and where its data is.
const crashData = "PARLEY_TEST_CRASH_DATA"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashData); dir != "" {
		serveUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

// serveUntilKilled runs the emulator, tells its address, and ends when nobody listens any more.
func serveUntilKilled(dir string) {
	s, err := emulator.Start(context.Background(), &emulator.Options{Data: dir})
	if err != nil {
		fmt.Fprintln(os.Stdout, "failed:", err)
		return
	}
	fmt.Fprintln(os.Stdout, s.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = s.Close()
}

// The crash test: a process serves a directory, several clients write to it at once, and after a random number of
// acknowledgments it is killed with SIGKILL. The next process serves the same directory, and what it has is compared
// with what was acknowledged and seen.
func TestCrash(t *testing.T) {
	t.Parallel()
	const directories, cycles = 2, 100 // 200 in all
	for n := range directories {
		t.Run(fmt.Sprint("directory ", n), func(t *testing.T) {
			t.Parallel()
			c := &crash{dir: t.TempDir(), random: rand.New(rand.NewPCG(4, uint64(n)))}
			for range cycles {
				c.cycle(t)
				if t.Failed() {
					return
				}
			}
			t.Logf("%d commits were acknowledged in %d processes", c.acknowledged(), cycles)
		})
	}
}

// crashClients write at once, each its own documents and one counter that all share.
const crashClients = 4

// crash is what the clients know, over the lives of the processes.
type crash struct {
	dir     string
	random  *rand.Rand
	clients [crashClients]crashClient
	seen    atomic.Int64 // the highest count that a listener or a reader has seen
}

// crashClient is one of them: it has made commits 1 to acked for sure, and perhaps one more.
type crashClient struct {
	acked int64
	time  string // of the newest acknowledged commit
}

func (c *crash) acknowledged() (n int64) {
	for i := range c.clients {
		n += c.clients[i].acked
	}
	return n
}

// cycle is the life of one process.
func (c *crash) cycle(t *testing.T) {
	p := startProcess(t, c.dir)
	defer p.kill()
	c.compare(t, p)
	var acks atomic.Int64
	limit := int64(1 + c.random.IntN(40))
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	var all sync.WaitGroup
	for i := range c.clients {
		all.Go(func() {
			for c.commit(p, i) == nil {
				if acks.Add(1) == limit {
					p.kill()
				}
			}
		})
	}
	all.Go(func() { c.listen(ctx, p) })
	all.Go(func() { c.read(p) })
	all.Wait()
}

// logLength is how many of its commits a client leaves a document of.
const logLength = 8

// commit makes the next commit of a client: two documents that say which it is, a new one, an old one less, and one
// more on the counter.
func (c *crash) commit(p *process, i int) error {
	client := &c.clients[i]
	n := client.acked + 1
	one, other := fmt.Sprintf("pairs/%d-one", i), fmt.Sprintf("pairs/%d-other", i)
	done, err := p.api.Commit(p.ctx, &firestorepb.CommitRequest{Database: crashDatabase, Writes: []*firestorepb.Write{
		numbered(one, n), numbered(fmt.Sprintf("log/%d-%d", i, n), n), numbered(other, n),
		{Operation: &firestorepb.Write_Delete{Delete: crashRoot + fmt.Sprintf("log/%d-%d", i, n-logLength)}},
		{Operation: &firestorepb.Write_Transform{Transform: &firestorepb.DocumentTransform{
			Document: crashRoot + "counters/all", FieldTransforms: []*valuetest.FieldTransform{increment()},
		}}},
	}})
	if err != nil {
		return err
	}
	client.acked, client.time = n, done.GetCommitTime().AsTime().String()
	return nil
}

// listen notes what a listener is told of the counter.
func (c *crash) listen(ctx context.Context, p *process) {
	stream, err := p.api.Listen(ctx)
	if err != nil {
		return
	}
	target := &firestorepb.Target{TargetId: 1, TargetType: &firestorepb.Target_Documents{
		Documents: &firestorepb.Target_DocumentsTarget{Documents: []string{crashRoot + "counters/all"}},
	}}
	if stream.Send(&firestorepb.ListenRequest{
		Database: crashDatabase, TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: target},
	}) != nil {
		return
	}
	for {
		told, err := stream.Recv()
		if err != nil {
			return
		}
		c.saw(told.GetDocumentChange().GetDocument())
	}
}

// read notes what a reader sees of the counter.
func (c *crash) read(p *process) {
	for {
		d, err := p.api.GetDocument(p.ctx, &firestorepb.GetDocumentRequest{Name: crashRoot + "counters/all"})
		if err != nil && p.dead() {
			return
		}
		c.saw(d)
	}
}

func (c *crash) saw(d *firestorepb.Document) {
	count := d.GetFields()["n"].GetIntegerValue()
	for was := c.seen.Load(); count > was && !c.seen.CompareAndSwap(was, count); was = c.seen.Load() {
	}
}

// compare reads everything, and holds it against what the clients know.
func (c *crash) compare(t *testing.T, p *process) {
	t.Helper()
	there := p.documents(t)
	var sum int64
	for i := range c.clients {
		client := &c.clients[i]
		d := there[fmt.Sprintf("pairs/%d-one", i)]
		n := d.GetFields()["n"].GetIntegerValue()
		if n != client.acked && n != client.acked+1 {
			t.Errorf("client %d: commit %d is the newest, %d was acknowledged", i, n, client.acked)
		}
		if at := d.GetUpdateTime().AsTime().String(); n == client.acked && n > 0 && at != client.time {
			t.Errorf("client %d: commit %d was at %s, and is at %s now", i, n, client.time, at)
		}
		if other := there[fmt.Sprintf("pairs/%d-other", i)].GetFields()["n"].GetIntegerValue(); other != n {
			t.Errorf("client %d: half of a commit: %d and %d", i, n, other)
		}
		for k := n - logLength; k <= n+1; k++ {
			_, is := there[fmt.Sprintf("log/%d-%d", i, k)]
			if should := k > 0 && k > n-logLength && k <= n; is != should {
				t.Errorf("client %d: after commit %d, the document of commit %d: %v", i, n, k, is)
			}
		}
		client.acked, client.time = n, d.GetUpdateTime().AsTime().String()
		sum += n
	}
	if count := there["counters/all"].GetFields()["n"].GetIntegerValue(); count != sum || count < c.seen.Load() {
		t.Errorf("%d commits were counted, %d made, %d seen", count, sum, c.seen.Load())
	}
}

const (
	crashDatabase = "projects/demo-crash/databases/(default)"
	crashRoot     = crashDatabase + "/documents/"
)

func numbered(path string, n int64) *firestorepb.Write {
	return &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
		Name: crashRoot + path, Fields: map[string]*firestorepb.Value{"n": valuetest.Int(n)},
	}}}
}

func increment() *valuetest.FieldTransform {
	one := valuetest.Increment(valuetest.Int(1))
	one.FieldPath = "n"
	return one
}

// process is an emulator that can be killed, and a client of it.
type process struct {
	command *exec.Cmd
	conn    *grpc.ClientConn
	api     firestorepb.FirestoreClient
	ctx     context.Context //nolint:containedctx // of all calls: it says who calls
	killed  func()
	gone    atomic.Bool
}

func startProcess(t *testing.T, dir string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), crashData+"="+dir)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{command: command}
	p.killed = sync.OnceFunc(func() {
		p.gone.Store(true)
		_ = command.Process.Kill()
		_ = command.Wait() // that it was killed
		_ = stdin.Close()
		if p.conn != nil {
			_ = p.conn.Close()
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	addr := strings.TrimSpace(line)
	if err != nil || strings.HasPrefix(addr, "failed") {
		p.kill()
		t.Fatalf("the process says %q, %v", line, err)
	}
	if p.conn, err = grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials())); err != nil {
		p.kill()
		t.Fatal(err)
	}
	p.api = firestorepb.NewFirestoreClient(p.conn)
	p.ctx = metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer owner")
	return p
}

// kill ends the process without a word, and returns when it is gone. It is idempotent.
func (p *process) kill() { p.killed() }

func (p *process) dead() bool { return p.gone.Load() }

// documents are all documents by their paths.
func (p *process) documents(t *testing.T) map[string]*firestorepb.Document {
	t.Helper()
	query := &firestorepb.StructuredQuery{From: []*firestorepb.StructuredQuery_CollectionSelector{{AllDescendants: true}}}
	stream, err := p.api.RunQuery(p.ctx, &firestorepb.RunQueryRequest{
		Parent:    strings.TrimSuffix(crashRoot, "/"),
		QueryType: &firestorepb.RunQueryRequest_StructuredQuery{StructuredQuery: query},
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*firestorepb.Document{}
	for {
		answer, err := stream.Recv()
		if err == io.EOF { //nolint:errorlint // as it is
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if d := answer.GetDocument(); d != nil {
			all[strings.TrimPrefix(d.GetName(), crashRoot)] = d
		}
	}
}
