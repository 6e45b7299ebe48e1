# Puts the parts of the page together: page.html with the files that -v packed, unpack,
# module and script name in the place of lines @NAME@.
function put(file, line)
{
    while ((getline line <file) > 0)
        print line
    close(file)
}
# The same of what people write, without indentation and lines of comment.
function put_bare(file, line)
{
    while ((getline line <file) > 0) {
        sub(/^ +/, "", line)
        if (line !~ /^\/\// && line != "")
            print line
    }
    close(file)
}
$0 == "@PACKED@" { put(packed); next }
$0 == "@UNPACK@" { put_bare(unpack); next }
$0 == "@MODULE@" { put(module); next }
$0 == "@SCRIPT@" { put_bare(script); next }
{ gsub(/@VERSION@/, version); print }
