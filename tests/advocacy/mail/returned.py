"""Mails as mail servers send them when they cannot deliver one. All invented: names, addresses, words."""

from email.message import EmailMessage

OURS = "bob@harbor.example"


def plain(name: str) -> str:
    """Return what we once sent, as a server returns it."""
    return (
        f"Message-ID: {name}\nFrom: Harbor <reminders@localhost>\nTo: {OURS}\n"
        "Subject: A date in case 26-0142\n\nA date is coming up. See room 4.1.1.\n"
    )


def report(
    name: str, *, status: str = "5.1.1", action: str = "failed", said: str = "550 5.1.1 no such person",
    returned: str = "message/rfc822", kind: str = "delivery-status", to: str = OURS, **headers: str,
) -> bytes:  # fmt: skip
    """RFC 3464, as Postfix writes it; `returned` is the type of the last part, "" for none."""
    head = {"From": "MAILER-DAEMON@mx.example (Mail Delivery System)", "To": "reminders@localhost",
            "Subject": "Undelivered Mail Returned to Sender", "Auto-Submitted": "auto-replied"}  # fmt: skip
    head |= headers
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in head.items()]
    lines += [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type={kind}; boundary="B"',
        "", "--B", "Content-Type: text/plain; charset=us-ascii", "",
        "This is the mail system at host mx.example.", f"<{to}>: host mail.harbor.example said: {said}",
        "", "--B", f"Content-Type: message/{kind}", "",
        "Reporting-MTA: dns; mx.example", "Arrival-Date: Tue, 15 Sep 2026 10:00:00 -0700", "",
        f"Final-Recipient: rfc822; {to}", f"Original-Recipient: rfc822;{to}",
        f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: smtp; {said}", "",
    ]  # fmt: skip
    if returned:
        lines += ["--B", f"Content-Type: {returned}", "", plain(name)]
    return "\n".join([*lines, "--B--", ""]).encode()


def exchange(name: str) -> bytes:
    """As Exchange writes it: the words in HTML, the name of ours in a header, the status alone."""
    return report(
        name, status="5.1.10", said="550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
        From="postmaster@harbor.example", Subject="Undeliverable: A date in case 26-0142", In_Reply_To=name,
        References=name, returned="",
    )  # fmt: skip


def gmail(name: str) -> bytes:
    """As Gmail writes it: headers only, and the recipient once more in a header of its own."""
    return report(
        name, said="550-5.1.1 The email account that you tried to reach does not exist. gsmtp",
        returned="text/rfc822-headers", From='Mail Delivery Subsystem <mailer-daemon@mail.example>',
        Subject="Delivery Status Notification (Failure)", X_Failed_Recipients=OURS,
    )  # fmt: skip


def _words(text: str, **headers: str) -> bytes:
    mail = EmailMessage()
    for key, value in headers.items():
        mail[key.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def exim(name: str) -> bytes:
    """As Exim wrote it for long: no report at all."""
    return _words(
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its recipients.\n"
        f"This is a permanent error. The following address(es) failed:\n\n  {OURS}\n"
        f"    host mail.harbor.example [192.0.2.25]: 550 Unrouteable address\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{plain(name)}",
        From="Mail Delivery System <Mailer-Daemon@mx.example>", To="reminders@localhost",
        Subject="Mail delivery failed: returning message to sender", X_Failed_Recipients=OURS,
        Auto_Submitted="auto-replied",
    )  # fmt: skip


def qmail(name: str) -> bytes:
    return _words(
        "Hi. This is the qmail-send program at mx.example.\nI wasn't able to deliver your message.\n\n"
        f"<{OURS}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\n{plain(name)}",
        From="MAILER-DAEMON@mx.example", To="reminders@localhost", Subject="failure notice",
    )  # fmt: skip


def away(name: str, **headers: str) -> bytes:
    """A person's out-of-office: sent by a machine, and no bounce."""
    head = {
        "From": f"Bob Ortega <{OURS}>", "To": "reminders@localhost", "Subject": "Out of office: A date",
        "In_Reply_To": name, "Return_Path": "<>", "Auto_Submitted": "auto-replied",
    }  # fmt: skip
    return _words("I am away until 5.1.2027. For room 550 ask Dana.", **head | headers)


def reply(name: str) -> bytes:
    return _words(
        f"Thank you! They said 550 5.1.1 to me.\n\n> {plain(name)}",
        From=f"Bob Ortega <{OURS}>", To="reminders@localhost", Subject="Re: A date", In_Reply_To=name,
    )  # fmt: skip
