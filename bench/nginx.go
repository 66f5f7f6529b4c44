package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// nginxConfig is the configuration of nginx. Every response subscribes to answer and hangup pushes. All responses of /static are the same;
// each response of /fresh names a new URL.
const nginxConfig = `daemon off;
worker_processes 1;
pid FOLDER/nginx.pid;
error_log FOLDER/nginx.log;
events { worker_connections 8192; }
http {
	access_log off;
	default_type application/xml;
	keepalive_requests 4000000000;
	keepalive_timeout 1h;
	client_body_temp_path FOLDER/nginx-body;
	proxy_temp_path FOLDER/nginx-proxy;
	fastcgi_temp_path FOLDER/nginx-fastcgi;
	uwsgi_temp_path FOLDER/nginx-uwsgi;
	scgi_temp_path FOLDER/nginx-scgi;
	server {
		listen ADDRESS ssl backlog=8192;
		ssl_certificate FOLDER/receiver.pem;
		ssl_certificate_key FOLDER/receiver.key;
		ssl_protocols TLSv1.3;
		location = /static {
			return 200 '<Response onAnswer="https://ADDRESS/static" onHangup="https://ADDRESS/static"/>';
		}
		location = /fresh {
			return 200 '<Response onAnswer="https://ADDRESS/fresh?callId=$request_id" onHangup="https://ADDRESS/fresh"/>';
		}
	}
}
`

// startNginx starts nginx on core 1. stop ends nginx and waits until it has ended.
func startNginx(env environment) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = listener.Addr().String()
	listener.Close() // nginx listens on this free port
	text := strings.NewReplacer("FOLDER", env.folder, "ADDRESS", address).Replace(nginxConfig)
	if err := os.WriteFile(env.file("nginx.conf"), []byte(text), 0o644); err != nil {
		return "", nil, err
	}
	cmd := exec.Command("taskset", "-c", "1", "nginx", "-e", env.file("nginx.log"), "-c", env.file("nginx.conf"))
	cmd.Stderr = os.Stderr
	runtime.LockOSThread() // the kernel sends Pdeathsig to nginx when the thread that started nginx ends
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("starting nginx: %w", err)
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	for range 500 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return address, stop, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("starting nginx: it does not listen at %s; see %s", address, env.file("nginx.log"))
}
