#!/usr/bin/python3
"""A mail server for tests (aiosmtpd): smtp_server.py FOLDER [CERTIFICATE KEY].

Prints "port N", then keeps each message as FOLDER/N.eml. With a certificate it wants STARTTLS and the login
regard:rightword. Recipients of refused.example are refused for good, those of later.example for now.
"""
import pathlib
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@refused.example"):
            return "550 no such user"
        if address.endswith("@later.example"):
            return "450 busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        part = self.folder / f"{self.count}.part"
        head = f"X-Tls: {session.ssl is not None}\r\nX-To: {' '.join(envelope.rcpt_tos)}\r\n".encode()
        part.write_bytes(head + envelope.original_content)
        part.rename(self.folder / f"{self.count}.eml")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = getattr(data, "login", None) == b"regard" and getattr(data, "password", None) == b"rightword"
    return AuthResult(success=good, handled=True) if good else AuthResult(success=False, handled=False)


def main():
    options = {}
    if len(sys.argv) > 3:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        options = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": authenticate,
            "auth_required": True,
        }
    controller = Controller(Keeper(pathlib.Path(sys.argv[1])), hostname="127.0.0.1", port=0, **options)
    # Port 0: the controller would look for itself there, so the server is made as it makes it, without the look.
    server = controller.loop.run_until_complete(
        controller.loop.create_server(controller._factory_invoker, host="127.0.0.1", port=0)
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    controller.loop.run_forever()


if __name__ == "__main__":
    main()
