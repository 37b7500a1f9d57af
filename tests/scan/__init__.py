"""The running panel, looked over by a scanner of weaknesses (wapiti), signed in as each role."""
