#!/usr/bin/python3
"""Refuses recipients who have left, and messages that offer a lottery. A filter of type Script for EdgeSmtp; its arguments are the addresses."""
import json
import sys
from email.parser import BytesHeaderParser


def rcpt(question, left):
    if question["recipient"] in left:
        return {"verdict": "reject", "code": 550, "enhanced": "5.1.6", "text": "This person has left us"}


def message(question, _):
    # The message is not in the question: it lies in memory, under a path, until the answer.
    with open(question["path"], "rb") as file:
        header = BytesHeaderParser().parse(file)
    if "lottery" in str(header["Subject"]).lower():
        return {"verdict": "reject", "code": 554, "enhanced": "5.7.1", "text": "No lotteries here", "detail": str(header["From"])}
    return {"headers": [["X-Looked-At", "yes"]]}


def main():
    left = frozenset(address.lower() for address in sys.argv[1:])
    stages = {"rcpt": rcpt, "message": message}
    print(json.dumps({"edgesmtp": 1, "stages": list(stages)}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        answer = stages[question["stage"]](question, left) or {}
        print(json.dumps({"id": question["id"], **answer}), flush=True)


main()
