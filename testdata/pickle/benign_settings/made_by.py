# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.2
import configparser, email, email.message, email.policy, http.cookies, pickle, traceback
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

def save(what, value, protocols=(0, 2, 4)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
parser.read_string("[train]\nrate = 0.1\nsteps: 3\n[data]\npath = ${train:rate}\n")
save("parser", [parser, configparser.RawConfigParser()])
text = "Subject: one\nFrom: a@example.org\n\nhello\n"
parts = MIMEMultipart()
parts.attach(MIMEText("one"))
save("messages", [email.message_from_string(text), email.message_from_string(text, policy=email.policy.default),
                  email.message.EmailMessage(policy=email.policy.SMTP), parts])
save("cookies", http.cookies.SimpleCookie("a=b; c=d"))
try:
    int("x")
except ValueError as error:
    save("traceback", traceback.TracebackException.from_exception(error), (2, 4))
save("methods", [list.append, list.pop, str.lower])
