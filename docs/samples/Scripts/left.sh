#!/bin/sh
# Refuses recipients who have left, and messages that offer a lottery. A filter of type Script for EdgeSmtp; its arguments are the addresses.
#
# A shell cannot read JSON, and must not try with sed what strangers have a say in. jq reads it, and hands on what is needed here in words without
# blanks: "-" for what a question does not have.

answer() { # answer ID MEMBERS
  printf '{"id":%s%s}\n' "$1" "$2"
}

rcpt() { # rcpt ID RECIPIENT ADDRESS...
  id=$1 recipient=$2
  shift 2
  for address; do
    if [ "$recipient" = "$address" ]; then
      answer "$id" ',"verdict":"reject","code":550,"enhanced":"5.1.6","text":"This person has left us"'
      return
    fi
  done
  answer "$id" ''
}

message() { # message ID PATH
  # The header, with the lines of a folded field put together.
  if awk '/^\r?$/ { exit } /^[ \t]/ { printf "%s", $0; next } { printf "\n%s", $0 }' "$2" | grep -qi '^subject:.*lottery'; then
    answer "$1" ',"verdict":"reject","code":554,"enhanced":"5.7.1","text":"No lotteries here"'
  else
    answer "$1" ',"headers":[["X-Looked-At","yes"]]'
  fi
}

printf '{"edgesmtp":1,"stages":["rcpt","message"]}\n'
jq --unbuffered -r '[.id, .stage, .recipient // "-", .path // "-"] | map(tostring | gsub("[[:space:]]"; "_")) | join(" ")' |
  while read -r id stage recipient path; do
    case $stage in
      rcpt) rcpt "$id" "$recipient" "$@" ;;
      message) message "$id" "$path" ;;
    esac
  done
