#!/usr/bin/python3
"""HTTP cameras for tests: a multipart JPEG stream, and files (HLS playlists, say) from a folder.

Prints "port N" when it listens on 127.0.0.1. /stream sends the .jpg files of --frames in turn, --rate a second;
/files/NAME serves --files; /silent accepts the connection and says nothing; /garbage is not a video.
Usage: camera_server.py [--frames DIR] [--files DIR] [--rate N] [--port N] [--user NAME --password WORD] [--live-hls SECONDS]
"""
import argparse
import base64
import http.server
import itertools
import pathlib
import threading
import time


class Camera(http.server.BaseHTTPRequestHandler):
    options = None
    started = time.monotonic()

    def log_message(self, *_):
        pass

    def allowed(self):
        if not self.options.user:
            return True
        wanted = base64.b64encode(f"{self.options.user}:{self.options.password}".encode()).decode()
        return self.headers.get("Authorization") == "Basic " + wanted

    def do_GET(self):
        if not self.allowed():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
        elif self.path == "/stream":
            self.stream()
        elif self.path.startswith("/files/"):
            self.file(pathlib.Path(self.options.files) / pathlib.Path(self.path).name)
        elif self.path == "/silent":
            threading.Event().wait(600)
        elif self.path == "/garbage":
            self.answer(b"this is not a video\n" * 1000, "text/plain")
        else:
            self.send_error(404)

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def file(self, path):
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        if path.suffix == ".m3u8" and self.options.live_hls:
            body = self.live_part(body.decode()).encode()
        kind = "application/vnd.apple.mpegurl" if path.suffix == ".m3u8" else "video/mp2t"
        self.answer(body, kind)

    def live_part(self, playlist):
        """A sliding window of a finished playlist, as a live encoder would publish it."""
        lines = playlist.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("#EXTINF"))
        segments = [lines[i:i + 2] for i in range(first, len(lines) - 1, 2) if lines[i].startswith("#EXTINF")]
        newest = min(len(segments), 3 + int((time.monotonic() - self.started) / self.options.live_hls))
        head = [line for line in lines[:first] if not line.startswith(("#EXT-X-MEDIA-SEQUENCE", "#EXT-X-PLAYLIST-TYPE"))]
        oldest = max(0, newest - 4)
        window = itertools.chain.from_iterable(segments[oldest:newest])
        return "\n".join([*head, f"#EXT-X-MEDIA-SEQUENCE:{oldest}", *window]) + "\n"

    def stream(self):
        pictures = [path.read_bytes() for path in sorted(pathlib.Path(self.options.frames).glob("*.jpg"))]
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            for picture in itertools.cycle(pictures):
                self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture))
                self.wfile.write(picture + b"\r\n")
                time.sleep(1 / self.options.rate)
        except OSError:
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", default=".")
    parser.add_argument("--files", default=".")
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--live-hls", type=float, default=0)
    Camera.options = parser.parse_args()
    http.server.ThreadingHTTPServer.allow_reuse_address = True
    server = http.server.ThreadingHTTPServer(("127.0.0.1", Camera.options.port), Camera)
    print("port", server.server_address[1], flush=True)
    server.serve_forever()


main()
