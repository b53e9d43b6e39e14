package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

// loadConn is a connection that always has one request under way.
type loadConn struct {
	fd     int
	watch  clock.Stopwatch
	buffer []byte
	filled int
}

// load sends one request again and again on a number of connections for a time.
// One thread serves them all with epoll: with two cores shared, a client that
// costs as much as the server would measure itself.
func load(address string, request []byte, conns int, span time.Duration) (latencies, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer func() { _ = syscall.Close(epoll) }()
	byFD := map[int32]*loadConn{}
	defer func() {
		for _, c := range byFD {
			_ = syscall.Close(c.fd)
		}
	}()
	for range conns {
		c, err := openLoad(address, epoll)
		if err != nil {
			return nil, err
		}
		byFD[int32(c.fd)] = c
	}
	out := make(latencies, 0, 1<<20)
	for _, c := range byFD {
		if err := c.send(request); err != nil {
			return nil, err
		}
	}
	watch := clock.Start()
	events := make([]syscall.EpollEvent, conns)
	for watch.Elapsed() < span {
		n, err := syscall.EpollWait(epoll, events, 1000)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return nil, err
		}
		for _, e := range events[:max(n, 0)] {
			c := byFD[e.Fd]
			done, err := c.receive()
			if err != nil {
				return nil, err
			}
			if !done {
				continue
			}
			out = append(out, c.watch.Elapsed())
			if err := c.send(request); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func openLoad(address string, epoll int) (*loadConn, error) {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(ap.Port()), Addr: ap.Addr().As4()}),
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.SetNonblock(fd, true),
		syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}),
	)
	if err != nil {
		return nil, errors.Join(err, syscall.Close(fd))
	}
	return &loadConn{fd: fd, buffer: make([]byte, 64<<10)}, nil
}

// send writes a request, which is short enough to fit into the socket's buffer.
func (c *loadConn) send(request []byte) error {
	c.filled = 0
	c.watch = clock.Start()
	n, err := syscall.Write(c.fd, request)
	if err == nil && n != len(request) {
		err = errors.New("a request was not sent in one piece")
	}
	return err
}

// receive reads what is there and tells whether the answer is complete.
func (c *loadConn) receive() (bool, error) {
	n, err := syscall.Read(c.fd, c.buffer[c.filled:])
	switch {
	case errors.Is(err, syscall.EAGAIN):
		return false, nil
	case err != nil:
		return false, err
	case n == 0:
		return false, errors.New("the server closed the connection")
	}
	c.filled += n
	return complete(c.buffer[:c.filled])
}

var (
	okLine        = []byte("HTTP/1.1 200 ")
	headerEnd     = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
)

// complete tells whether b is a whole answer. Anything but 200 with a length is
// an error: the benchmark asks for nothing else.
func complete(b []byte) (bool, error) {
	head, body, ok := bytes.Cut(b, headerEnd)
	if !ok {
		return false, nil
	}
	_, rest, ok := bytes.Cut(head, contentLength)
	if !bytes.HasPrefix(b, okLine) || !ok {
		return false, fmt.Errorf("unexpected answer: %.200s", head)
	}
	digits, _, _ := bytes.Cut(rest, []byte("\r\n"))
	length, err := strconv.Atoi(string(digits))
	if err != nil {
		return false, err
	}
	return len(body) >= length, nil
}
