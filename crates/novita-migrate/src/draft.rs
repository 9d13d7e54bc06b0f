//! The V3 tree being built. A place is written once: a second value is a conflict, never an overwrite.

use std::borrow::Cow;

use crate::document::Document;
use crate::json::Value;
use crate::layout::Style;
use crate::migration::Sink;
use crate::v3::{Home, Place};

/// A value on its way into the V3 body.
#[derive(Debug, Clone)]
pub(crate) enum Out<'a> {
    /// JSON text of the input: where it stands, and the number of objects and lists around it (for its indentation).
    Raw {
        start: u32,
        end: u32,
        depth: u8,
    },
    /// JSON text that outlives the body, or was made here.
    Lent(&'a str),
    Text(Box<str>),
    /// The inside of a JSON string, still escaped, on its way between quotes: of the input, or made here.
    Quoted(&'a [u8]),
    OwnedQuoted(Vec<u8>),
    Object(Vec<Member<'a>>),
    List(Vec<Out<'a>>),
}

impl<'a> Out<'a> {
    /// The value's own bytes, `depth` objects and lists deep.
    #[inline]
    pub(crate) fn raw(value: Value<'_, 'a>, depth: u8) -> Self {
        let span = value.span();
        Out::Raw {
            start: span.start as u32,
            end: span.end as u32,
            depth,
        }
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        match text.into() {
            Cow::Borrowed(text) => Out::Lent(text),
            Cow::Owned(text) => Out::Text(text.into()),
        }
    }
}

/// A member of an object of the V3 body.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    pub(crate) key: Name<'a>,
    pub(crate) value: Out<'a>,
}

impl Member<'_> {
    /// One whose place and value are to be said.
    const RAW: Self = Member {
        key: Name::V3(REQUEST),
        value: Out::Raw {
            start: 0,
            end: 0,
            depth: 0,
        },
    };
}

/// A key: V3's own, or one of the input that is kept as it was written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'a> {
    V3(Place),
    Raw(&'a [u8]),
}

const EXTRA: Place = Place::of("extra");
const REQUEST: Place = Place::of("request");
const TASK: Place = Place::of("task");

/// Room for the members of one request, so that a usual payload costs one allocation.
const ROOM: usize = 20;

/// The V3 tree being built.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    extra: Option<Vec<Member<'a>>>,
    /// The members of `request`; in an answer, of `task`.
    request: Vec<Member<'a>>,
    /// What stands beside them in an answer.
    root: Vec<Member<'a>>,
    /// Members of the object or list entry inside `request` that is being filled.
    inner: Vec<Member<'a>>,
    /// The set of places outside `inner` that are written.
    taken: u128,
}

impl<'a> Draft<'a> {
    pub(crate) fn new() -> Self {
        Draft {
            extra: None,
            request: Vec::with_capacity(ROOM),
            root: Vec::new(),
            inner: Vec::new(),
            taken: 0,
        }
    }

    /// Whether something stands at the place already.
    pub(crate) fn has(&self, place: Place) -> bool {
        match place.is_inner() {
            true => self.get(place).is_some(),
            false => self.taken & place.bit() != 0,
        }
    }

    /// What stands at the place already.
    pub(crate) fn get(&self, place: Place) -> Option<&Out<'a>> {
        let members = match place.field().home() {
            Home::Inner => &self.inner,
            Home::Request | Home::Task => &self.request,
            Home::Extra => self.extra.as_ref()?,
            Home::Root => &self.root,
        };
        let member = members
            .iter()
            .find(|member| matches!(member.key, Name::V3(taken) if taken == place));
        member.map(|member| &member.value)
    }

    /// Those of a set of places outside inner objects to which nothing was written.
    pub(crate) fn lacks(&self, places: u128) -> u128 {
        places & !self.taken
    }

    /// Writes a place, where nothing stands yet.
    pub(crate) fn put(&mut self, place: Place, value: Out<'a>) {
        let key = Name::V3(place);
        self.members_at(place).push(Member { key, value });
    }

    /// The same with a value's own bytes. The member is made where it stays: what is written in parts and read as a whole
    /// right after, on its way from place to place, makes a processor wait.
    #[inline]
    pub(crate) fn put_raw(&mut self, place: Place, value: Value<'_, 'a>) {
        let span = value.span();
        let members = self.members_at(place);
        members.push(Member::RAW);
        if let Some(Member {
            key: Name::V3(key),
            value: Out::Raw { start, end, .. },
        }) = members.last_mut()
        {
            *key = place;
            (*start, *end) = (span.start as u32, span.end as u32);
        }
    }

    /// The list that a place's member belongs in; the place counts as written.
    #[inline]
    fn members_at(&mut self, place: Place) -> &mut Vec<Member<'a>> {
        self.taken |= place.bit();
        match place.field().home() {
            Home::Request | Home::Task => &mut self.request,
            Home::Extra => self.open_extra(),
            Home::Inner => &mut self.inner,
            Home::Root => &mut self.root,
        }
    }

    /// Puts a member that V3 does not know into `request`, or into `extra`, under its own name.
    pub(crate) fn unknown(&mut self, key: &'a [u8], value: Out<'a>, home: Home) {
        let member = Member {
            key: Name::Raw(key),
            value,
        };
        match home {
            Home::Extra => self.open_extra().push(member),
            Home::Inner => self.inner.push(member),
            Home::Request | Home::Task | Home::Root => self.request.push(member),
        }
    }

    /// Makes `extra`, so that an empty one stays an empty one.
    pub(crate) fn open_extra(&mut self) -> &mut Vec<Member<'a>> {
        self.extra.get_or_insert_default()
    }

    /// The members of the object or list entry inside `request` that was filled: what was put into inner places since the
    /// last one was closed.
    pub(crate) fn close_inner(&mut self) -> Vec<Member<'a>> {
        std::mem::take(&mut self.inner)
    }

    pub(crate) fn into_body(self, style: Style<'a>, document: Document) -> Body<'a> {
        let holder = match document {
            Document::Txt2img | Document::Img2img => Some(REQUEST),
            Document::Progress => Some(TASK),
            Document::Response => None,
        };
        Body {
            draft: self,
            style,
            holder,
        }
    }
}

/// A finished V3 body: the tree and the form it is printed in.
#[derive(Debug, Clone)]
pub(crate) struct Body<'a> {
    draft: Draft<'a>,
    style: Style<'a>,
    /// The object that holds the members of `Draft::request`.
    holder: Option<Place>,
}

impl<'a> Body<'a> {
    /// Prints the body, with what stood around the object in the input.
    pub(crate) fn write_to<S: Sink<'a> + ?Sized>(&self, sink: &mut S) {
        let mut printer = self.style.printer(sink);
        printer.before();
        printer.open(b'{');
        if let Some(extra) = &self.draft.extra {
            printer.key(EXTRA);
            printer.object(extra);
        }
        if let Some(holder) = self.holder {
            printer.key(holder);
            printer.object(&self.draft.request);
        }
        printer.members(&self.draft.root);
        printer.close(b'}');
        printer.after();
    }
}
