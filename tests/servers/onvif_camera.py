#!/usr/bin/python3
"""An ONVIF camera for tests: answers WS-Discovery probes over UDP and SOAP requests over HTTP on 127.0.0.1.

Prints "port N" of its UDP socket. With --user it checks the WS-UsernameToken digest as cameras do; --clock-ahead puts
its clock that many seconds ahead and refuses digests made more than 5 s away from it. --elsewhere names another host as
its own service address, --strange answers probes with nonsense first, --silent answers no SOAP request.
"""
import argparse
import base64
import datetime
import hashlib
import http.server
import re
import socket
import threading

ENVELOPE = ('<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"'
            ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"'
            ' xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"'
            ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
            ' xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Body>%s</SOAP-ENV:Body></SOAP-ENV:Envelope>')

FAULT = ('<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>'
         '%s</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">%s'
         '</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>')


def element(text, name):
    found = re.search(r"<(?:\w+:)?%s[^>]*>([^<]*)</" % name, text)
    return found.group(1) if found else ""


class Service(http.server.BaseHTTPRequestHandler):
    options = None

    def log_message(self, *_):
        pass

    def now(self):
        ahead = datetime.timedelta(seconds=self.options.clock_ahead)
        return datetime.datetime.now(datetime.timezone.utc) + ahead

    def knows(self, request):
        if not self.options.user:
            return True
        created = element(request, "Created")
        try:
            made = datetime.datetime.fromisoformat(created.replace("Z", "+00:00"))
        except ValueError:
            return False
        digest = hashlib.sha1(
            base64.b64decode(element(request, "Nonce")) + created.encode() + self.options.password.encode()).digest()
        return (element(request, "Username") == self.options.user and abs((self.now() - made).total_seconds()) < 5
                and base64.b64decode(element(request, "Password")) == digest)

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.options.silent:
            threading.Event().wait(600)
        status = 200
        if "GetSystemDateAndTime" in request:
            now = self.now()
            body = ('<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>%d</tt:Hour>'
                    '<tt:Minute>%d</tt:Minute><tt:Second>%d</tt:Second></tt:Time><tt:Date><tt:Year>%d</tt:Year><tt:Month>%d'
                    '</tt:Month><tt:Day>%d</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>'
                    '</tds:GetSystemDateAndTimeResponse>') % (now.hour, now.minute, now.second, now.year, now.month, now.day)
        elif not self.knows(request):
            status, body = 400, FAULT % ("ter:NotAuthorized", "Sender not authorized")
        elif "GetCapabilities" in request:
            body = ('<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://127.0.0.1:%d/onvif/media'
                    '</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>') % self.server.server_address[1]
        elif "GetProfiles" in request:
            profile = ('<trt:Profiles token="%s" fixed="true"><tt:Name>%s</tt:Name><tt:VideoEncoderConfiguration token="e">'
                       '<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>%d</tt:Width><tt:Height>%d</tt:Height>'
                       '</tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>')
            body = ("<trt:GetProfilesResponse>" + profile % ("main&amp;1", "Main &lt;stream&gt;", 1920, 1080) +
                    profile % ("sub", "Sub", 640, 360) + "</trt:GetProfilesResponse>")
        elif "GetStreamUri" in request:
            name = {"main&amp;1": "main", "sub": "sub"}[element(request, "ProfileToken")]
            body = ('<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://admin:hidden@127.0.0.1:554/%s?a=1&amp;b=2</tt:Uri>'
                    '</trt:MediaUri></trt:GetStreamUriResponse>') % name
        else:
            status, body = 400, FAULT % ("ter:ActionNotSupported", "Not supported")
        answer = (ENVELOPE % body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def answer_probes(sock, options, port):
    host = options.elsewhere or "127.0.0.1"
    while True:
        request, sender = sock.recvfrom(65536)
        if b"Probe" not in request:
            continue
        if options.strange:
            for nonsense in (b"", b"\x00\xff" * 50, b"<a><b></a>", b"<Envelope/>"):
                sock.sendto(nonsense, sender)
        match = ('<wsdd:ProbeMatches><wsdd:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:1419d68a-1dd2-11b2-a105-'
                 '000000000001</wsa:Address></wsa:EndpointReference><wsdd:Types>dn:NetworkVideoTransmitter</wsdd:Types>'
                 '<wsdd:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%%20Door '
                 'onvif://www.onvif.org/hardware/T1000</wsdd:Scopes><wsdd:XAddrs>http://%s:%d/onvif/device</wsdd:XAddrs>'
                 '<wsdd:MetadataVersion>1</wsdd:MetadataVersion></wsdd:ProbeMatch></wsdd:ProbeMatches>') % (host, port)
        sock.sendto((ENVELOPE % match).encode(), sender)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--clock-ahead", type=int, default=0)
    parser.add_argument("--elsewhere")
    parser.add_argument("--strange", action="store_true")
    parser.add_argument("--silent", action="store_true")
    Service.options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    threading.Thread(target=answer_probes, args=(sock, Service.options, server.server_address[1]), daemon=True).start()
    print("port", sock.getsockname()[1], flush=True)
    server.serve_forever()


main()
